"""What every form of the pages stands on."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto


class TextForm(FlaskForm):  # type: ignore[misc]
    """A form that is typed: a file or JSON in its place counts as not sent."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Where its values come from."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return the texts alone; None where nothing was sent."""
            if formdata is not _Auto:
                return super().wrap_formdata(form, formdata)
            return request.form or None
