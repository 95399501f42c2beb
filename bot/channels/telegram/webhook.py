"""The webhook Telegram calls instead of being polled: check the secret, commit the update, then 200."""

from __future__ import annotations

import hmac
import logging

from fastapi import APIRouter, Request, Response

from bot.channels.telegram.intake import Intake

log = logging.getLogger(__name__)
PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name


def webhook_routes(intake: Intake, secret: str) -> APIRouter:
    """Without a secret every call is refused: anyone could speak for any buyer."""
    routes = APIRouter()

    @routes.post(PATH, include_in_schema=False)
    async def receive(request: Request) -> Response:
        told = request.headers.get(SECRET_HEADER, "")
        if not secret or not hmac.compare_digest(told.encode(), secret.encode()):
            return Response(status_code=403)
        try:
            raw = await request.json()
        except ValueError:
            return Response(status_code=400)
        try:
            await intake.one(raw)
        except Exception as fault:
            # Telegram delivers it again; only the fault's type, since its words may quote the buyer's.
            log.error("an update could not be stored (%s), asking for it again", type(fault).__name__)
            return Response(status_code=503)
        return Response(status_code=200)

    return routes
