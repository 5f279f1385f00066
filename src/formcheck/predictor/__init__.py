"""Models that serve: what they are shown (windows of a pose), and the folders that they lie in. No torch."""

from formcheck.predictor.folder import Answer, Card, ModelFolder, ModelFolderError, write_folder
from formcheck.predictor.layout import BODY, COCO_PICTURE, LANDMARKS_99, LAYOUTS, SPACE_51, Field, Layout, find_layout
from formcheck.predictor.naming import REST, UNKNOWN, Naming, changes, name_stretch, named, shipped
from formcheck.predictor.window import PAPER_12_S, REPETITION_30, Padded, Sliding, Windows, windows

__all__ = [
    "BODY",
    "COCO_PICTURE",
    "LANDMARKS_99",
    "LAYOUTS",
    "PAPER_12_S",
    "REPETITION_30",
    "REST",
    "SPACE_51",
    "UNKNOWN",
    "Answer",
    "Card",
    "Field",
    "Layout",
    "ModelFolder",
    "ModelFolderError",
    "Naming",
    "Padded",
    "Sliding",
    "Windows",
    "changes",
    "find_layout",
    "name_stretch",
    "named",
    "shipped",
    "windows",
    "write_folder",
]
