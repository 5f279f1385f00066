"""Models that serve: what they are shown (windows of a pose), and the folders that they lie in. No torch."""

from formcheck.predictor.folder import Card, ModelFolder, ModelFolderError, write_folder
from formcheck.predictor.layout import BODY, COCO_PICTURE, LANDMARKS_99, LAYOUTS, SPACE_51, Field, Layout, find_layout
from formcheck.predictor.window import PAPER_12_S, REPETITION_30, Padded, Sliding, Windows, windows

__all__ = [
    "BODY",
    "COCO_PICTURE",
    "LANDMARKS_99",
    "LAYOUTS",
    "PAPER_12_S",
    "REPETITION_30",
    "SPACE_51",
    "Card",
    "Field",
    "Layout",
    "ModelFolder",
    "ModelFolderError",
    "Padded",
    "Sliding",
    "Windows",
    "find_layout",
    "windows",
    "write_folder",
]
