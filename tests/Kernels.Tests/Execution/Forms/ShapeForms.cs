using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Execution.Forms;

/// <summary>Operators that move, choose, repeat or join numbers.</summary>
internal static class ShapeForms
{
    public static IEnumerable<KeyValuePair<string, Func<Random, OperatorForm>>> All =>
    [
        new("transpose", Transpose), new("slice", Slice), new("gather", Gather), new("split", Split), new("concat", Concat),
        new("pad", Pad), new("tile", Tile), new("expand", Expand), new("resize", Resize), new("depth and space", Blocks),
        new("reshape", Reshape),
    ];

    // The batch stays where it is.
    private static OperatorForm Transpose(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(1, 4));
        long[] order = [.. Enumerable.Range(1, shape.Length - 1).Select(axis => (long)axis)];
        random.Shuffle(order);
        return Of(shape, OperatorForm.Over(13, shape).Node("Transpose", "x", "y", Ints("perm", [0, .. order])), OperatorForm.Show(order));
    }

    private static OperatorForm Slice(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(1, 4));
        int axis = random.Next(1, shape.Length);
        long size = shape[axis];
        long from = random.Next(0, (int)size);
        bool backwards = random.Next(3) == 0;
        long end = backwards ? random.Next(-1, (int)from) : random.Next((int)from + 1, (int)size + 4);
        long step = random.Next(1, 4) * (backwards ? -1 : 1);

        // Some of them counted from the end, and some beyond it.
        long start = random.Next(2) == 0 ? from : from - size;
        long last = end < 0 ? -size - 1 : end;
        var graph = OperatorForm.Over(13, shape).Ints("s", start).Ints("e", last).Ints("a", Signed(random, axis, shape)).Ints("t", step);
        return Of(shape, graph.Node("Slice", "x s e a t", "y"), $"axis {axis}: {start} to {last} by {step}");
    }

    private static OperatorForm Gather(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(1, 4));
        int axis = random.Next(1, shape.Length);
        long[] form = [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => (long)random.Next(1, 4))];
        int count = (int)form.Aggregate(1L, (a, b) => a * b);
        long[] indices = [.. Enumerable.Range(0, count).Select(_ => (long)random.Next((int)-shape[axis], (int)shape[axis]))];
        var graph = OperatorForm.Over(13, shape).Constant("i", TensorData.FromInt64(form, indices));
        return Of(
            shape,
            graph.Node("Gather", "x i", "y", Int("axis", Signed(random, axis, shape))),
            $"axis {axis}: {OperatorForm.Show(indices)} of {OperatorForm.Show(form)}");
    }

    private static OperatorForm Split(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(1, 4));
        int axis = random.Next(2, shape.Length);
        long first = random.Next(1, (int)shape[axis]);
        var graph = OperatorForm.Over(13, shape).Ints("s", first, shape[axis] - first)
            .Nodes("Split", "x s", ["a", "b"], Int("axis", Signed(random, axis, shape)))
            .Node("Concat", "b a b", "y", Int("axis", axis));
        return Of(shape, graph, $"axis {axis} at {first}");
    }

    private static OperatorForm Concat(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(1, 4));
        int axis = random.Next(1, shape.Length);
        var graph = OperatorForm.Over(13, shape).Ints("s", 0).Ints("e", random.Next(1, (int)shape[axis] + 1)).Ints("a", axis)
            .Node("Slice", "x s e a", "p").Node("Neg", "x", "n").Node("Concat", "p x n", "y", Int("axis", Signed(random, axis, shape)));
        return Of(shape, graph, $"axis {axis}");
    }

    private static OperatorForm Pad(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(1, 4));
        string mode = random.Next(3) switch { 0 => "constant", 1 => "reflect", _ => "edge" };

        // Reflected only as far as there is something to reflect, and by one axis or two, as torch can.
        int padded = mode == "constant" ? shape.Length - 1 : Math.Min(2, shape.Length - 2);
        long[] ends = [.. Enumerable.Range(0, 2 * shape.Length).Select(end =>
            end % shape.Length < shape.Length - padded ? 0L : random.Next(0, (int)shape[end % shape.Length]))];
        var graph = OperatorForm.Over(13, shape).Ints("p", ends).Floats("v", [], 0.75f);
        string inputs = mode == "constant" ? "x p v" : "x p";
        return Of(shape, graph.Node("Pad", inputs, "y", Text("mode", mode)), $"{mode} {OperatorForm.Show(ends)}");
    }

    private static OperatorForm Tile(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(0, 3));
        long[] times = [1, .. shape[1..].Select(_ => (long)random.Next(1, 4))];
        return Of(shape, OperatorForm.Over(13, shape).Ints("t", times).Node("Tile", "x t", "y"), OperatorForm.Show(times));
    }

    private static OperatorForm Expand(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(0, 3));
        int axis = random.Next(1, shape.Length + 1);
        long[] whole = [1, .. shape[1..]];
        long[] target = [.. whole[..axis], random.Next(1, 5), .. whole[axis..]];
        var graph = OperatorForm.Over(13, shape).Ints("a", axis).Ints("t", target)
            .Node("Unsqueeze", "x a", "u").Node("Expand", "u t", "y");
        return Of(shape, graph, OperatorForm.Show(target));
    }

    private static OperatorForm Resize(Random random)
    {
        long[] shape = OperatorForm.Draw(random, 2);
        string mode = random.Next(3) switch { 0 => "nearest", 1 => "linear", _ => "cubic" };
        string at = random.Next(4) switch { 0 => "half_pixel", 1 => "pytorch_half_pixel", 2 => "align_corners", _ => "asymmetric" };

        // Quarters: where a pixel lies is exact, and so is which one is nearest.
        float[] scales = [1, 1, random.Next(2, 13) / 4f, random.Next(2, 13) / 4f];
        var graph = OperatorForm.Over(13, shape).Floats("s", [4], scales).Floats("r", [0])
            .Node("Resize", "x r s", "y", Text("mode", mode), Text("coordinate_transformation_mode", at), Text("nearest_mode", "floor"));
        return Of(shape, graph, $"{mode} {at} by {scales[2]} and {scales[3]}");
    }

    private static OperatorForm Blocks(Random random)
    {
        int block = random.Next(1, 4);
        (long channels, long height, long width) = (random.Next(1, 4), random.Next(1, 4), random.Next(1, 4));
        bool toSpace = random.Next(2) == 0;
        long[] shape = toSpace
            ? [random.Next(1, 4), channels * block * block, height, width]
            : [random.Next(1, 4), channels, height * block, width * block];
        string mode = random.Next(2) == 0 ? "DCR" : "CRD";
        var graph = OperatorForm.Over(13, shape);
        return Of(
            shape,
            toSpace
                ? graph.Node("DepthToSpace", "x", "y", Int("blocksize", block), Text("mode", mode))
                : graph.Node("SpaceToDepth", "x", "y", Int("blocksize", block)),
            $"{(toSpace ? mode : "to depth")} {block}");
    }

    private static OperatorForm Reshape(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(1, 4));
        int at = random.Next(2, shape.Length);
        long[] target = [0, .. shape[1..at], -1];
        return Of(shape, OperatorForm.Over(13, shape).Ints("t", target).Node("Reshape", "x t", "y"), OperatorForm.Show(target));
    }

    private static long Signed(Random random, int axis, long[] shape) => random.Next(2) == 0 ? axis : axis - shape.Length;

    private static OperatorForm Of(long[] shape, GraphBuilder graph, string text) =>
        new(graph, shape, $"{OperatorForm.Show(shape)} {text}");
}
