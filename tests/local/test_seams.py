"""A ministack that changed under us is refused in words."""

import pytest

from local.emulator import seams


def test_the_pinned_ministack_fits():
    seams.check()


def test_another_one_is_refused(monkeypatch):
    def handle_request(method, path, headers, body):
        pass

    monkeypatch.setattr(seams, "EXPECTED", ((handle_request, seams.HANDLER),))
    with pytest.raises(SystemExit, match="does not fit.*handle_request takes"):
        seams.check()
