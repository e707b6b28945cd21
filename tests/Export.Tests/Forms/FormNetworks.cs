using static Cluster.Tests.GraphBuilder;

namespace Cluster.Export.Tests.Forms;

/// <summary>Small networks of (N, 3, 8, 8), each with what a rule of the fast forms is about.</summary>
internal static class FormNetworks
{
    public static Dictionary<string, Func<ModelGraph>> All { get; } = new(StringComparer.Ordinal)
    {
        ["depthwise of 6 channels"] = () => new Writer().Conv("x", 3, 6).Relu().Depthwise(6).Relu().Conv(6, 9).Relu().Head(9),
        ["residual of 13 channels"] = () =>
            new Writer().Conv("x", 3, 13).Relu("r").Conv("r", 13, 13).Add("r").Relu().Conv(13, 7).Relu().Head(7),
        ["groups of 2"] = () => new Writer().Conv("x", 3, 48).Relu().Grouped(48, 24, 48).Relu().Conv(48, 5).Relu().Head(5),
        ["groups without an activation"] = () => new Writer().Conv("x", 3, 12).Relu().Grouped(12, 2, 8).Conv(8, 5).Relu().Head(5),
        ["7 by 7 with stride 2"] = () => new Writer().Conv("x", 3, 8, 7, 2).Relu().Conv(8, 5).Relu().Head(5),
        ["average pool of 3 by 3"] = () => new Writer().Conv("x", 3, 6).Relu()
            .Node("AveragePool", Ints("kernel_shape", [3, 3]), Ints("pads", [1, 1, 1, 1]), Int("count_include_pad", 1))
            .Conv(6, 5).Relu().Head(5),
        ["hard swish"] = () =>
            new Writer(opset: 14).Conv("x", 3, 6).Node("HardSwish").Depthwise(6).Node("HardSwish").Conv(6, 5).Relu().Head(5),
        ["squeeze and excitation"] = () =>
        {
            var net = new Writer().Conv("x", 3, 10).Relu("r").Node("GlobalAveragePool").Conv(10, 3, 1).Relu().Conv(3, 10, 1);
            return net.Node("HardSigmoid").Product("r").Conv(10, 5).Relu().Head(5);
        },
        ["join with holes"] = () =>
        {
            var net = new Writer().Conv("x", 3, 5).Relu("a").Conv("a", 5, 7).Relu("b").Join("a", "b");
            return net.Conv(12, 9).Relu().Head(9);
        },
        ["channel shuffle"] = () =>
        {
            var net = new Writer().Conv("x", 3, 12).Relu("s").Slice("s", 0, 6, "left").Slice("s", 6, 12, "right");
            net.Conv("right", 6, 6, 1).Relu().Depthwise(6).Conv(6, 6, 1).Relu("c").Join("left", "c").Shuffle(12, 8);
            return net.Name("t").Slice("t", 0, 6, "l2").Slice("t", 6, 12, "r2").Conv("r2", 6, 6, 1).Relu("d").Join("l2", "d")
                .Conv(12, 5).Relu().Head(5);
        },
        ["nearest neighbours"] = () => new Writer().Conv("x", 3, 6).Relu("r").Conv("r", 6, 7, 3, 2).Relu().Enlarge().Join("r", null)
            .Conv(13, 5).Relu().Head(5),
        ["depth to space"] = () => new Writer().Conv("x", 3, 12).Relu().Node("DepthToSpace", Int("blocksize", 2)).Conv(3, 5).Relu().Head(5),
        ["depth to space by columns"] = () => new Writer().Conv("x", 3, 12).Relu()
            .Node("DepthToSpace", Int("blocksize", 2), Text("mode", "CRD")).Conv(3, 5).Relu().Head(5),
        ["slice that cannot be widened"] = () => new Writer().Conv("x", 3, 10).Relu("r").Slice("r", 3, 10, "s").Name("s")
            .Node("Softmax", Int("axis", 1)).Conv(7, 5).Relu().Head(5),
    };

    // Weights are drawn by layer; each node is called as its output.
    private sealed class Writer(int opset = 13)
    {
        private readonly GraphBuilder _graph = new(opset, -1, 3, 8, 8);
        private string _last = "x";
        private int _count;

        public Writer Name(string value)
        {
            _last = value;
            return this;
        }

        public Writer Conv(int from, int to, int kernel = 3, int stride = 1) => Conv(_last, from, to, kernel, stride);

        public Writer Conv(string value, int from, int to, int kernel = 3, int stride = 1) =>
            Weighted(value, [to, from, kernel, kernel], 1, stride);

        public Writer Depthwise(int channels) => Weighted(_last, [channels, 1, 3, 3], channels, 1);

        public Writer Grouped(int from, int groups, int to) => Weighted(_last, [to, from / groups, 3, 3], groups, 1);

        public Writer Relu(string? name = null) => Add("Relu", _last, name);

        public Writer Add(string other) => Add("Add", $"{_last} {other}");

        public Writer Product(string other) => Add("Mul", $"{other} {_last}");

        public Writer Node(string type, params (string Name, AttributeValue Value)[] attributes) => Add(type, _last, null, attributes);

        public Writer Join(string one, string? other) => Add("Concat", $"{one} {other ?? _last}", null, Int("axis", 1));

        public Writer Slice(string value, int start, int end, string name)
        {
            _graph.Ints($"{name}.start", start).Ints($"{name}.end", end).Ints($"{name}.axis", 1);
            return Add("Slice", $"{value} {name}.start {name}.end {name}.axis", name);
        }

        public Writer Shuffle(int channels, int side)
        {
            _graph.Ints("apart", -1, 2, channels / 2, side, side).Ints("back", -1, channels, side, side);
            return Add("Reshape", $"{_last} apart", "five").Add("Transpose", "five", "moved", Ints("perm", [0, 2, 1, 3, 4]))
                .Add("Reshape", "moved back", "t");
        }

        public Writer Enlarge()
        {
            _graph.Floats("twice", [4], 1, 1, 2, 2);
            return Add(
                "Resize", $"{_last} - twice", null, Text("coordinate_transformation_mode", "asymmetric"), Text("nearest_mode", "floor"));
        }

        public ModelGraph Head(int channels)
        {
            _graph.Floats("head", [4, channels], Nets.Values(4 * channels, 99, 0.5));
            return Node("GlobalAveragePool").Node("Flatten").Add("Gemm", $"{_last} head", "y", Int("transB", 1))._graph.Build();
        }

        private Writer Weighted(string value, long[] shape, int group, int stride)
        {
            string name = $"w{++_count}";
            int count = (int)shape.Aggregate(1L, (product, size) => product * size);
            _graph.Floats(name, shape, Nets.Values(count, _count, Math.Sqrt(2.0 * shape[0] / count)))
                .Floats($"{name}.bias", [shape[0]], Nets.Values((int)shape[0], 50 + _count, 0.1));
            long pad = shape[2] / 2;
            return Add(
                "Conv", $"{value} {name} {name}.bias", $"conv{_count}",
                Int("group", group), Ints("pads", [pad, pad, pad, pad]), Ints("strides", [stride, stride]));
        }

        private Writer Add(string type, string inputs, string? name = null, params (string Name, AttributeValue Value)[] attributes)
        {
            string output = name ?? $"{type.ToLowerInvariant()}{++_count}";
            _graph.Node(type, inputs, output, attributes);
            _last = output;
            return this;
        }
    }
}
