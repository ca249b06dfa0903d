/* The map in the browser: equal units, people's names, and the picture under the pointer. */
(function () {
    "use strict";

    const ZOOMED_IN = 1.5; // times the scale for which the server has placed the names
    const STRETCHED = 1.001; // units across and up differ by more than rounding

    const at = (path) => window.faceLabelerAddresses.at(path);

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.map = {
        /* Look after the map, now and whenever it is drawn, moved or zoomed. */
        watch() {
            const whenDrawn = (patience) => {
                const plot = document.querySelector(".graph .js-plotly-plot");
                if (!plot || !plot.on || !plot._fullLayout || !plot._fullLayout.meta) {
                    if (patience) setTimeout(whenDrawn, 50, patience - 1);
                    return;
                }
                if (!plot.isWatched) {
                    plot.isWatched = true;
                    plot.on("plotly_afterplot", () => equalUnits(plot));
                    ["afterplot", "relayout", "relayouting"].forEach((event) => {
                        plot.on(`plotly_${event}`, () => writeNames(plot));
                    });
                }
                equalUnits(plot);
                writeNames(plot);
            };
            whenDrawn(100);
            return "graph";
        },

        /* Select the faces inside a line. */
        drawLine(event) {
            const faces = facesOf(event);
            // Plotly also reports that a line has gone, before and after a click: it says nothing.
            return faces.length ? faces : window.dash_clientside.no_update;
        },

        /* Let all faces fade but the selected ones; none are, if there are none. */
        markSelection(selected, line, figure) {
            const { callback_context, no_update } = window.dash_clientside;
            const wanted = new Set(selected);
            const inside = new Set(facesOf(line));
            const isMarked = wanted.size === inside.size && selected.every((face) => inside.has(face));
            const isChosen = callback_context.triggered.some(({ prop_id }) => prop_id.endsWith(".data"));
            // A line that is drawn marks what is inside, and becomes the selection next.
            if (!figure || (inside.size && (isMarked || !isChosen))) return no_update;
            const chosen = ({ customdata }) =>
                customdata.flatMap(([face], index) => (wanted.has(face) ? [index] : []));
            const data = figure.data.map((trace) => ({
                ...trace,
                selectedpoints: wanted.size ? chosen(trace) : null,
            }));
            const layout = { ...figure.layout, selections: [], selectionrevision: selected };
            return { ...figure, data, layout };
        },

        /* Show the face under the pointer. */
        showFace(hover, figure) {
            const none = window.dash_clientside.no_update;
            const point = hover && hover.points && hover.points[0];
            if (!point || !point.customdata || !point.bbox) return [false, none, none];
            const [face, text] = point.customdata;
            const { version, texts } = figure.layout.meta;
            const make = (type, props) => ({ namespace: "dash_html_components", type, props });
            const picture = make("Img", { src: at(`/faces/${face}.jpg?v=${version}`), alt: "" });
            return [true, point.bbox, [picture, make("Div", { children: texts[text] })]];
        },
    };

    function facesOf(event) {
        return event ? event.points.map(({ customdata }) => customdata[0]) : [];
    }

    function unitsPerPixel(axis) {
        return Math.abs(axis.range[1] - axis.range[0]) / axis._length;
    }

    /* As far across as up: widen what is shown where the plot has more room than it takes. */
    function equalUnits(plot) {
        const { xaxis, yaxis } = plot._fullLayout;
        const [across, up] = [unitsPerPixel(xaxis), unitsPerPixel(yaxis)];
        const scale = Math.max(across, up);
        if (!(Math.min(across, up) * STRETCHED < scale)) return;
        const axis = across < up ? xaxis : yaxis;
        const middle = (axis.range[0] + axis.range[1]) / 2;
        const reach = (scale * axis._length) / 2;
        window.Plotly.relayout(plot, { [`${axis._name}.range`]: [middle - reach, middle + reach] });
    }

    /* The layer that the names are on, in the order of the server; made anew if they are others. */
    function layerOf(plot, names) {
        let layer = plot.querySelector(".map-names");
        if (!layer) {
            layer = document.createElement("div");
            layer.className = "map-names";
            plot.append(layer);
        }
        if (layer.names !== names) {
            layer.names = names;
            layer.replaceChildren(...names.map(({ text }) => {
                const label = document.createElement("span");
                label.textContent = text;
                return label;
            }));
            const labels = [...layer.children];
            layer.sizes = labels.map((label) => [label.offsetWidth, label.offsetHeight]);
        }
        return layer;
    }

    /* Of names that overlap, show that of the person with most faces; it comes first. */
    function writeNames(plot) {
        const { xaxis, yaxis, meta } = plot._fullLayout;
        const layer = layerOf(plot, meta.names);
        const zoomedIn = unitsPerPixel(xaxis) * ZOOMED_IN <= meta.units_per_pixel;
        const shown = [];
        meta.names.forEach((name, index) => {
            const [width, height] = layer.sizes[index];
            const left = xaxis.l2p(name.x) + name.right - width / 2;
            const top = yaxis.l2p(name.y) - name.up - height / 2;
            const box = { left, top, right: left + width, bottom: top + height };
            const outside =
                box.right < 0 || box.bottom < 0 || left > xaxis._length || top > yaxis._length;
            const hides = (other) =>
                left < other.right && other.left < box.right &&
                top < other.bottom && other.top < box.bottom;
            const free = !outside && (zoomedIn || !name.crowded) && !shown.some(hides);
            const label = layer.children[index];
            label.hidden = !free;
            if (!free) return;
            shown.push(box);
            const [x, y] = [left + xaxis._offset, top + yaxis._offset];
            label.style.transform = `translate(${x}px, ${y}px)`;
        });
    }
})();
