/* SPDX-License-Identifier: Apache-2.0 */
#include "io/svg_frame.h"

/* Eight hues apart in lightness too, so that they survive a grey printer and most colour
 * blindness: blue, amber, green, red, violet, cyan, pink, slate. Literal values in both schemes:
 * many SVG viewers know no CSS variables. */
static const char *const light[PLOT_COLORS] = {"#2563eb", "#d97706", "#059669", "#dc2626",
                                               "#7c3aed", "#0891b2", "#db2777", "#64748b"};

const char *svg_color(int32_t color) {
  return light[color >= 0 && color < PLOT_COLORS ? color : PLOT_GRAY];
}

#define STROKES(a, b, c, d, e, f, g, h)                                                            \
  ".lp .s0{stroke:" a "}.lp .s1{stroke:" b "}.lp .s2{stroke:" c "}.lp .s3{stroke:" d               \
  "}.lp .s4{stroke:" e "}.lp .s5{stroke:" f "}.lp .s6{stroke:" g "}.lp .s7{stroke:" h              \
  "}\n.lp .f0{fill:" a "}.lp .f1{fill:" b "}.lp .f2{fill:" c "}.lp .f3{fill:" d "}.lp .f4{fill:" e \
  "}.lp .f5{fill:" f "}.lp .f6{fill:" g "}.lp .f7{fill:" h "}\n"

const char *svg_style(void) {
  return ".lp{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,"
         "sans-serif;font-size:12px}\n"
         ".lp .bg{fill:#ffffff}.lp text{fill:#475569}.lp .tt{font-size:15px;font-weight:600;"
         "fill:#0f172a}.lp .vl{fill:#0f172a}\n"
         ".lp .gr{stroke:#e2e8f0;stroke-width:1}.lp .ax{stroke:#94a3b8;stroke-width:1}\n"
         ".lp .ln{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}"
         ".lp .th{stroke-width:.8}.lp .da{stroke-dasharray:6 4}.lp .bd{fill-opacity:.2;stroke:none}"
         ".lp .pt{fill-opacity:.55;stroke:none}.lp .br{fill-opacity:.85}\n" STROKES(
             "#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2", "#db2777",
             "#64748b") "@media (prefers-color-scheme:dark){\n"
                        ".lp .bg{fill:#0f172a}.lp text{fill:#94a3b8}.lp .tt,.lp "
                        ".vl{fill:#f1f5f9}.lp .gr{stroke:#1e293b}.lp .ax{stroke:#64748b}\n" STROKES(
                            "#60a5fa", "#fbbf24", "#34d399", "#f87171", "#a78bfa", "#22d3ee",
                            "#f472b6", "#94a3b8") "}\n";
}
