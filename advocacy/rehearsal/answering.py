"""How the practice network's API says yes and no: JSON, a no as `{"error": word, "message": sentence}`."""

from http import HTTPStatus

from django.http import JsonResponse

from advocacy.rehearsal.models import Post


def yes(post: Post) -> JsonResponse:
    """Prove that the post stands."""
    return JsonResponse({"id": str(post.pk), "url": post.url}, status=HTTPStatus.CREATED)


def no(status: HTTPStatus, error: str, message: str, **more: str) -> JsonResponse:
    return JsonResponse({"error": error, "message": message, **more}, status=status)
