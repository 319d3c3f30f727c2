"""The channels of Zendesk in our six words."""

from connector.helpdesks.zendesk.wire import TicketRow

_CHANNELS = {
    "email": "email",
    "web": "web",
    "web_form": "web",
    "help_center": "web",
    "mobile": "web",
    "mobile_sdk": "web",
    "web_widget": "web",
    "sample_ticket": "web",
    "side_conversation": "email",
    "chat": "chat",
    "chat_transcript": "chat",
    "chat_offline_message": "chat",
    "native_messaging": "chat",
    "messaging": "chat",
    "voice": "phone",
    "phone": "phone",
    "voicemail": "phone",
    "sms": "phone",
    "facebook": "social",
    "messenger": "social",
    "twitter": "social",
    "x_dm": "social",
    "twitter_dm": "social",
    "instagram_dm": "social",
    "any_channel": "social",
    "whatsapp": "social",
    "line": "social",
    "wechat": "social",
    "telegram": "social",
    "viber": "social",
    "kakaotalk": "social",
    "apple_business_chat": "social",
    "google_business_messages": "social",
}


def channel(row: TicketRow) -> str:
    """How a ticket came: email, web, chat, phone, social or api. An unknown word counts as api."""
    via = row.get("via")
    word = None if via is None else via.get("channel")
    return "api" if word is None else _CHANNELS.get(word, "api")
