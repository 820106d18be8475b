"""Numbers as pictures: one that a script draws, one that is markup."""

import json
from fasthtml.common import *
from fasthtml.svg import *

plotly = Script(src="https://cdn.plot.ly/plotly-2.32.0.min.js")
app, rt = fast_app(hdrs=(plotly, MarkdownJS()))
sales = {"tea": [3, 5, 2], "coffee": [4, 1, 6]}


def bars(values):
    shapes = [Rect(10, v * 10, x=i * 12, y=100 - v * 10, fill="teal") for i, v in enumerate(values)]
    return Svg(viewBox="0 0 100 100", w=200, h=200)(*shapes)


def chart(kind):
    data = json.dumps(
        {"data": [{"x": [1, 2, 3], "y": sales[kind], "type": "scatter"}], "title": kind}
    )
    return Div(
        H2(kind.title()),
        Div(id="plot"),
        Script(f"var data = {data}; Plotly.newPlot('plot', data);"),
        bars(sales[kind]),
        P(f"{sum(sales[kind])} in all"),
        id="chart",
    )


@rt
def index(kind: str = "tea"):
    choice = Select(
        *[Option(k.title(), value=k, selected=k == kind) for k in sales],
        name="kind",
        hx_get=show_chart,
        hx_target="#chart",
        hx_swap="outerHTML",
    )
    return Titled("Sales", choice, chart(kind), Div("Sales of *last* week", cls="marked"))


@rt
def show_chart(kind: str):
    return chart(kind)


@rt("/sales.json")
def get():
    return sales


serve()
