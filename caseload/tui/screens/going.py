"""Where one goes from any page: `g` and a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..app import CaseloadApp


class Going:
    """The keys that open another page, whichever one stands on."""

    app: CaseloadApp

    def do_go_today(self) -> None:
        self.app.go_today()

    def do_go_cases(self) -> None:
        self.app.go_cases()

    def do_go_team(self) -> None:
        self.app.go_team()

    def do_go_services(self) -> None:
        self.app.go_services()

    def do_go_reports(self) -> None:
        self.app.go_reports()

    def do_go_unsaved(self) -> None:
        self.app.go_unsaved()

    def do_go_supervision(self) -> None:
        self.app.go_supervision()

    def do_go_agenda(self) -> None:
        self.app.go_agenda()

    def do_go_board(self) -> None:
        self.app.go_board()
