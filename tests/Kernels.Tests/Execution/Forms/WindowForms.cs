using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Execution.Forms;

/// <summary>Convolutions and pools of one, two and three sizes.</summary>
internal static class WindowForms
{
    public static IEnumerable<KeyValuePair<string, Func<Random, OperatorForm>>> All =>
    [
        new("conv", random => Convolution(random, isTransposed: false)),
        new("transposed conv", random => Convolution(random, isTransposed: true)),
        new("max pool", random => Pool(random, "MaxPool")),
        new("average pool", random => Pool(random, "AveragePool")),
    ];

    private static OperatorForm Convolution(Random random, bool isTransposed)
    {
        int sizes = random.Next(1, 4);
        int groups = random.Next(1, 4);
        (int inputs, int outputs) = (random.Next(1, 4), random.Next(1, 4));
        long[] kernel = Each(sizes, () => random.Next(1, 4));
        long[] dilations = Each(sizes, () => isTransposed ? 1 : random.Next(1, 3));
        long[] strides = Each(sizes, () => random.Next(1, 4));
        long[] extent = [.. kernel.Zip(dilations, (size, dilation) => ((size - 1) * dilation) + 1)];
        long[] shape = [random.Next(1, 4), groups * inputs, .. extent.Select(size => size + random.Next(0, 5))];
        var attributes = new List<(string Name, AttributeValue Value)>
        {
            Ints("strides", strides), Ints("dilations", dilations), Int("group", groups),
        };
        if (!isTransposed && dilations.All(dilation => dilation == 1) && random.Next(4) == 0)
        {
            attributes.Add(Text("auto_pad", random.Next(2) == 0 ? "SAME_UPPER" : "SAME_LOWER"));
        }
        else
        {
            // Of a transposed one pads take away.
            attributes.Add(Ints("pads", [.. extent.Concat(extent).Select(size => (long)random.Next(0, (int)(size + 1) / 2))]));
        }

        if (isTransposed && random.Next(2) == 0)
        {
            attributes.Add(Ints("output_padding", [.. strides.Select(stride => (long)random.Next(0, (int)stride))]));
        }

        long[] weights = isTransposed ? [groups * inputs, outputs, .. kernel] : [groups * outputs, inputs, .. kernel];
        bool hasBias = random.Next(2) == 0;
        var graph = OperatorForm.Over(13, shape).Floats("w", weights, Nets.Values(Count(weights), random.Next()))
            .Floats("b", [groups * outputs], Nets.Values(groups * outputs, random.Next()));
        return new OperatorForm(
            graph.Node(isTransposed ? "ConvTranspose" : "Conv", hasBias ? "x w b" : "x w", "y", [.. attributes]),
            shape,
            Describe(shape, attributes));
    }

    private static OperatorForm Pool(Random random, string type)
    {
        int sizes = random.Next(1, 4);
        long[] kernel = Each(sizes, () => random.Next(1, 4));
        long[] shape = [random.Next(1, 4), random.Next(1, 5), .. kernel.Select(size => size + random.Next(0, 6))];
        var attributes = new List<(string Name, AttributeValue Value)>
        {
            Ints("kernel_shape", kernel),
            Ints("strides", Each(sizes, () => random.Next(1, 4))),
            Ints("pads", [.. kernel.Concat(kernel).Select(size => (long)random.Next(0, (int)size))]),
        };
        if (type == "AveragePool")
        {
            attributes.Add(Int("count_include_pad", random.Next(2)));
        }

        attributes.Add(Int("ceil_mode", random.Next(3) / 2));

        return new OperatorForm(OperatorForm.Over(13, shape).Node(type, "x", "y", [.. attributes]), shape, Describe(shape, attributes));
    }

    private static long[] Each(int count, Func<long> draw) => [.. Enumerable.Range(0, count).Select(_ => draw())];

    private static int Count(IEnumerable<long> shape) => (int)shape.Aggregate(1L, (a, b) => a * b);

    private static string Describe(long[] shape, IEnumerable<(string Name, AttributeValue Value)> attributes) =>
        $"{OperatorForm.Show(shape)} {string.Join(" ", attributes.Select(attribute => $"{attribute.Name}={Show(attribute.Value)}"))}";

    private static string Show(AttributeValue value) => value.Ints is { } list ? OperatorForm.Show(list) : $"{value.Int}{value.Text}";
}
