namespace Cluster.Kernels.Execution.Operators;

/// <summary>One summand of every element along a resized axis.</summary>
/// <param name="Index">(output) The index of the input element.</param>
/// <param name="Weight">(output) Its factor.</param>
internal sealed record ResizeTap(long[] Index, float[] Weight);

/// <summary>
/// The source elements of each result element, by ONNX's formulas (its page on Resize); in float32, as ONNX Runtime computes them, since a
/// coordinate may fall between two elements.
/// </summary>
internal static class ResizeTaps
{
    public static IReadOnlyList<ResizeTap> Of(GraphNode node, ResizedAxis axis)
    {
        float[] coordinates = [.. Enumerable.Range(0, (int)axis.Output).Select(i => Coordinate(node, axis, i))];
        return node.GetText("mode", "nearest") switch
        {
            "nearest" => [Nearest(node, axis, coordinates)],
            "linear" => Linear(axis, coordinates),
            _ => Cubic(node, axis, coordinates),
        };
    }

    private static float Coordinate(GraphNode node, ResizedAxis axis, int i)
    {
        string mode = node.GetText("coordinate_transformation_mode", "half_pixel");
        return mode switch
        {
            "asymmetric" => i / axis.Scale,
            "align_corners" => axis.Output == 1 ? 0 : (float)i * (axis.Input - 1) / (axis.Output - 1),
            "pytorch_half_pixel" when axis.Output == 1 => 0,
            _ => ((i + 0.5f) / axis.Scale) - 0.5f,
        };
    }

    private static ResizeTap Nearest(GraphNode node, ResizedAxis axis, float[] coordinates)
    {
        string mode = node.GetText("nearest_mode", "round_prefer_floor");
        double Rounded(float x) => mode switch
        {
            "floor" => Math.Floor(x),
            "ceil" => Math.Ceiling(x),
            "round_prefer_ceil" => Math.Floor(x + 0.5),
            _ => Math.Ceiling(x - 0.5),
        };
        return new ResizeTap([.. coordinates.Select(x => Math.Clamp((long)Rounded(x), 0, axis.Input - 1))], []);
    }

    private static ResizeTap[] Linear(ResizedAxis axis, float[] coordinates)
    {
        var low = new ResizeTap(new long[coordinates.Length], new float[coordinates.Length]);
        var high = new ResizeTap(new long[coordinates.Length], new float[coordinates.Length]);
        for (int i = 0; i < coordinates.Length; i++)
        {
            float x = Math.Clamp(coordinates[i], 0, axis.Input - 1);
            long left = (long)Math.Min(Math.Floor(x), axis.Input - 1);
            (low.Index[i], high.Index[i]) = (left, Math.Min(left + 1, axis.Input - 1));
            (low.Weight[i], high.Weight[i]) = (1 - (x - left), x - left);
        }

        return [low, high];
    }

    // Keys' kernel over four neighbours; beyond the border the last element is repeated, or with exclude_outside ignored.
    private static ResizeTap[] Cubic(GraphNode node, ResizedAxis axis, float[] coordinates)
    {
        float a = node.GetFloat("cubic_coeff_a", -0.75f);
        bool excludes = node.GetInt("exclude_outside", 0) != 0;
        ResizeTap[] taps = [.. Enumerable.Range(0, 4)
            .Select(_ => new ResizeTap(new long[coordinates.Length], new float[coordinates.Length]))];
        for (int i = 0; i < coordinates.Length; i++)
        {
            long origin = (long)Math.Floor(coordinates[i]) - 1;
            float sum = 0;
            for (int k = 0; k < 4; k++)
            {
                long at = origin + k;
                float weight = excludes && (at < 0 || at >= axis.Input) ? 0 : Keys(Math.Abs(coordinates[i] - at), a);
                (taps[k].Index[i], taps[k].Weight[i]) = (Math.Clamp(at, 0, axis.Input - 1), weight);
                sum += weight;
            }

            for (int k = 0; excludes && k < 4; k++)
            {
                taps[k].Weight[i] /= sum;
            }
        }

        return taps;
    }

    private static float Keys(float x, float a) => x <= 1
        ? ((((a + 2) * x) - (a + 3)) * x * x) + 1
        : x < 2 ? (((((a * x) - (5 * a)) * x) + (8 * a)) * x) - (4 * a) : 0;
}
