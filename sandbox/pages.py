"""The page where a person sees the books."""

from fastapi import APIRouter

router = APIRouter()
