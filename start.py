# -*- coding: utf-8 -*-
"""One command sets Laojiefang up and starts it: python3 start.py (--help lists the options).

This file is read by every Python that somebody may have, even a very old one, so that each gets an answer
instead of a syntax error. Whatever needs Python 3.11 is in launch/.
"""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "老街坊要 Python 3.11 或更新的版本，您这个是 %d.%d。请到 python.org 装一个新的。 / "
        "Laojiefang needs Python 3.11 or newer, this is %d.%d. Please install one from python.org.\n"
        % (sys.version_info[:2] * 2)
    )
    sys.exit(1)

from launch import main  # an old Python must never read it

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
