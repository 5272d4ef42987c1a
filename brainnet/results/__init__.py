"""The run folder: summary.json, data.nc, figure.png; written whole or not at all."""

from brainnet.results.atomic import whole_file, whole_folder
from brainnet.results.drawn import figure_record, picture_record
from brainnet.results.file import prepare_file, write_text
from brainnet.results.netcdf import read_netcdf, write_netcdf
from brainnet.results.picture import prepare_picture, write_picture
from brainnet.results.run import check_folder, prepare_out, read_run, read_summary, write_run
from brainnet.results.summary import no_value, parameter_text, result_value, versions

__all__ = [
    "check_folder",
    "figure_record",
    "no_value",
    "parameter_text",
    "picture_record",
    "prepare_file",
    "prepare_out",
    "prepare_picture",
    "read_netcdf",
    "read_run",
    "read_summary",
    "result_value",
    "versions",
    "whole_file",
    "whole_folder",
    "write_netcdf",
    "write_picture",
    "write_run",
    "write_text",
]
