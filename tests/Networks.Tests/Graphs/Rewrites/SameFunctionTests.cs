using static Cluster.Tests.GraphBuilder;

namespace Cluster.Networks.Tests.Graphs.Rewrites;

/// <summary>Networks in forms that exporters write, whose function a rewrite once changed or refused.</summary>
public sealed class SameFunctionTests
{
    private static readonly Dictionary<string, Func<ModelGraph>> Networks = new(StringComparer.Ordinal)
    {
        ["products of tokens with a Relu between"] = () => Tokens().Node("MatMul", "x w", "a").Node("Relu", "a", "r")
            .Node("MatMul", "r v", "y").Build(),
        ["the same with a bias"] = () => Tokens().Node("MatMul", "x w", "a").Node("Add", "a b", "s").Node("Relu", "s", "r")
            .Node("MatMul", "r v", "m").Node("Add", "m b", "y").Build(),
        ["the same with a second reader of the Relu"] = () => Tokens().Node("MatMul", "x w", "a").Node("Relu", "a", "r")
            .Node("MatMul", "r v", "m").Node("Add", "m r", "y").Build(),
        ["the same behind Identity and Dropout"] = () => Tokens().Node("MatMul", "x w", "a").Node("Identity", "a", "i")
            .Node("Relu", "i", "r").Node("Dropout", "r", "d").Node("MatMul", "d v", "y").Build(),
        ["products of tokens, one after another"] = () => Tokens().Node("MatMul", "x w", "a").Node("MatMul", "a v", "y").Build(),
        ["two readers of one Relu's rows"] = () => Tokens().Node("MatMul", "x w", "a").Node("Relu", "a", "r").Node("MatMul", "r v", "m")
            .Node("MatMul", "r w", "n").Node("Add", "m n", "y").Build(),
        ["products over four axes"] = () => new GraphBuilder(13, -1, 2, 3, 8).Floats("w", [8, 8], Nets.Values(64, 1))
            .Floats("v", [8, 8], Nets.Values(64, 2)).Node("MatMul", "x w", "a").Node("Relu", "a", "r").Node("MatMul", "r v", "y").Build(),

        ["Gemm with a computed C"] = () => Vectors().Node("Gemm", "x w b", "c", Int("transB", 1)).Node("Gemm", "x w c", "y",
            Int("transB", 1), Float("alpha", 1.3f), Float("beta", 0.7f)).Build(),
        ["Gemm with a computed C, not transposed"] = () => Vectors().Node("Relu", "x", "c").Node("Gemm", "x w c", "y").Build(),
        ["Gemm with a computed column as C"] = () => Vectors().Node("ReduceMean", "x", "c", Ints("axes", [1])).Node("Gemm", "x w c", "y")
            .Build(),
        ["Gemm with a constant C of one row"] = () => Vectors().Floats("c", [1, 8], Nets.Values(8, 5)).Node("Gemm", "x w c", "y",
            Float("beta", -2)).Build(),
        ["Gemm with a number as C"] = () => Vectors().Floats("c", [], 0.4f).Node("Gemm", "x w c", "y", Float("beta", 3)).Build(),
        ["Gemm with a C computed of constants"] = () => Vectors().Node("Neg", "b", "c").Node("Gemm", "x w c", "y", Float("beta", 0.5f))
            .Build(),
        ["Gemm of rows with a constant C a row"] = () => new GraphBuilder(13, 4, 8).Floats("w", [8, 8], Nets.Values(64, 1))
            .Floats("c", [4, 8], Nets.Values(32, 2)).Node("Gemm", "x w c", "y").Build(),
        ["Gemm with a constant column as C"] = () => new GraphBuilder(13, 5, 8).Floats("w", [8, 5], Nets.Values(40, 1))
            .Floats("c", [5, 1], Nets.Values(5, 2)).Node("Gemm", "x w c", "y").Build(),

        ["Squeeze without axes"] = () => Images(13).Node("GlobalAveragePool", "x", "g").Node("Squeeze", "g", "s")
            .Node("Gemm", "s w", "y").Build(),
        ["Squeeze without axes, opset 11"] = () => Images(11).Node("GlobalAveragePool", "x", "g").Node("Squeeze", "g", "s")
            .Node("MatMul", "s w", "y").Build(),
        ["Squeeze of what has no axis of size 1"] = () => Images(13).Node("Relu", "x", "r").Node("Squeeze", "r", "y").Build(),
        ["Squeeze of the input"] = () => new GraphBuilder(13, -1, 8, 1, 1).Floats("w", [8, 8], Nets.Values(64, 1))
            .Node("Squeeze", "x", "s").Node("Gemm", "s w", "y").Build(),

        ["outputs without a name"] = () => Images(13).Floats("high", [], 0.2f)
            .Nodes("MaxPool", "x", ["m", "-"], Ints("kernel_shape", [2, 2])).Node("Clip", "m - high", "y").Build(),
        ["an unread node with an output without a name"] = () => Images(13).Floats("high", [], 0.2f)
            .Nodes("MaxPool", "x", ["unread", "-"], Ints("kernel_shape", [2, 2])).Node("Clip", "x - high", "y").Build(),
        ["a recurrent layer whose states have no name"] = () => new GraphBuilder(13, 5, 2, 3).Floats("w", [1, 16, 3], Nets.Values(48, 1))
            .Floats("r", [1, 16, 4], Nets.Values(64, 2)).Floats("high", [], 0.2f)
            .Nodes("LSTM", "x w r", ["h", "-", "-"], Int("hidden_size", 4)).Node("Clip", "h - high", "y").Build(),

        ["amounts of a Pad by Split"] = () => Images(13).Ints("both", 1, 2, 3, 4).Ints("none", 0, 0)
            .Nodes("Split", "both", ["begin", "end"]).Node("Concat", "none begin none end", "amounts", Int("axis", 0))
            .Node("Pad", "x amounts", "y").Build(),
        ["a Split of constants in three parts"] = () => Images(13).Ints("all", 8, 2, 2).Ints("sizes", 1, 1, 1).Ints("free", -1)
            .Nodes("Split", "all sizes", ["c", "h", "v"]).Node("Concat", "free c h v", "t", Int("axis", 0)).Node("Reshape", "x t", "y")
                .Build(),

        ["a Resize to sizes of two axes"] = () => Images(18).Ints("z", 5, 3).Node("Resize", "x - - z", "y", Text("mode", "linear"),
            Ints("axes", [-1, 2])).Build(),
        ["the same with antialias"] = () => Images(18).Ints("z", 1, 1).Node("Resize", "x - - z", "y", Text("mode", "linear"),
            Ints("axes", [2, 3]), Int("antialias", 1)).Build(),
        ["a Resize by scales of two axes"] = () => Images(18).Floats("s", [2], 2, 3).Node("Resize", "x - s", "y", Ints("axes", [3, 2]))
            .Build(),
        ["a Resize of a region of two axes"] = () => Images(18).Floats("r", [4], 0.1f, 0.2f, 0.9f, 0.7f).Ints("z", 4, 5)
            .Node("Resize", "x r - z", "y", Text("mode", "linear"), Ints("axes", [3, 2]),
                Text("coordinate_transformation_mode", "tf_crop_and_resize")).Build(),
        ["a Resize that keeps the aspect ratio of two axes"] = () => Images(18).Ints("z", 6, 9).Node("Resize", "x - - z", "y",
            Text("mode", "linear"), Ints("axes", [2, 3]), Text("keep_aspect_ratio_policy", "not_larger")).Build(),

        ["a Range of floats"] = () => Tokens().Floats("start", [], 0.5f).Floats("end", [], 2.4f).Floats("step", [], 0.25f)
            .Node("Range", "start end step", "r").Node("Add", "x r", "y").Build(),
        ["a Softmax of opset 11 over the last axes"] = () => new GraphBuilder(11, -1, 10, 1, 1).Node("Softmax", "x", "y").Build(),
    };

    // Of a fixed batch of 1, in which constants and sizes are reshaped, repeated and cut as activations are.
    private static readonly Dictionary<string, Func<ModelGraph>> Fixed = new(StringComparer.Ordinal)
    {
        ["positions as a row"] = () => Sequence().Node("Range", "zero length one", "p").Node("Reshape", "p row", "q")
            .Node("Cast", "q", "f", Int("to", 1)).Node("Add", "x f", "s").Node("Reshape", "s flat", "y").Build(),
        ["positions as a column"] = () => Sequence().Node("Range", "zero length one", "p").Node("Reshape", "p column", "q")
            .Node("Cast", "q", "f", Int("to", 1)).Node("Add", "x f", "y").Build(),
        ["positions of the input's length"] = () => Sequence().Node("Shape", "x", "sizes").Node("Gather", "sizes second", "n")
            .Node("Range", "zero n one", "p").Node("Reshape", "p row", "q").Node("Cast", "q", "f", Int("to", 1)).Node("Add", "x f", "y")
                .Build(),
        ["relative positions"] = () => Sequence().Node("Range", "zero length one", "p").Node("Reshape", "p row", "a")
            .Node("Reshape", "p column", "b").Node("Sub", "a b", "d").Node("Cast", "d", "f", Int("to", 1)).Node("Add", "x f", "y").Build(),
        ["a causal mask"] = () => Sequence().Floats("no", [], -1e4f).Floats("yes", [], 0).Node("Range", "zero length one", "p")
            .Node("Reshape", "p row", "a").Node("Reshape", "p column", "b").Node("Greater", "a b", "later")
                .Node("Where", "later no yes", "m")
            .Node("Add", "x m", "s").Node("Softmax", "s", "y", Int("axis", 2)).Build(),
        ["a constant expanded, cut and repeated"] = () => Sequence().Floats("c", [1, 4], Nets.Values(4, 3)).Ints("wide", 4, 4)
            .Ints("twice", 1, 2)
            .Ints("begin", 0).Ints("end", 4).Ints("axis", 1).Node("Tile", "c twice", "t").Node("Slice", "t begin end axis", "k")
            .Node("Reshape", "k row", "q").Node("Expand", "q wide", "e").Node("Add", "x e", "y").Build(),
        ["a view of the sizes"] = () => Sequence().Ints("first", 0).Ints("rest", -1).Node("Shape", "x", "sizes")
            .Node("Gather", "sizes first", "n").Node("Concat", "n rest", "view", Int("axis", 0)).Node("Relu", "x", "r")
            .Node("Reshape", "r view", "y").Build(),
        ["a reshape of the activations"] = () => Sequence().Node("Relu", "x", "r").Node("Reshape", "r flat", "y").Build(),
    };

    private static readonly Dictionary<string, Func<ModelGraph>> BoundToTheirBatch = new(StringComparer.Ordinal)
    {
        ["C of Gemm has as many rows"] = Networks["Gemm of rows with a constant C a row"],
        ["C of Gemm is a column"] = Networks["Gemm with a constant column as C"],
        ["a sum with as many rows"] = () => new GraphBuilder(13, 4, 8).Floats("c", [4, 8], Nets.Values(32, 2)).Node("Add", "x c", "y")
            .Build(),
        ["a sum with as many tokens as a probe has samples"] = () =>
            new GraphBuilder(13, 1, 4, 8).Floats("c", [4, 1, 8], Nets.Values(32, 2)).Node("Add", "x c", "y").Build(),
        ["a factor of the batch"] = () => new GraphBuilder(13, 2, 8).Ints("first", 0).Node("Shape", "x", "s").Node("Gather", "s first", "n")
            .Node("Cast", "n", "f", Int("to", 1)).Node("Mul", "x f", "y").Build(),
        ["numbers of the samples"] = () => new GraphBuilder(13, 2, 8).Constant("zero", TensorData.FromInt64([], [0]))
            .Constant("one", TensorData.FromInt64([], [1])).Ints("column", -1, 1).Constant("first", TensorData.FromInt64([], [0]))
            .Node("Shape", "x", "s").Node("Gather", "s first", "n").Node("Range", "zero n one", "p").Node("Reshape", "p column", "q")
            .Node("Cast", "q", "f", Int("to", 1)).Node("Mul", "x f", "y").Build(),
        ["a Squeeze that takes the batch away"] = () =>
            new GraphBuilder(13, 1, 8, 1).Node("Squeeze", "x", "s").Node("Relu", "s", "y").Build(),
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    public static TheoryData<string> FixedNames => [.. Fixed.Keys];

    public static TheoryData<string> BoundNames => [.. BoundToTheirBatch.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Normalize_FormOfAnExporter_IsTheSameFunctionAfterEveryStep(string name)
    {
        var graph = Rewritten.ShouldKeep(Networks[name]());

        GraphNormalizer.Normalize(graph).Nodes.Count.ShouldBe(graph.Nodes.Count, "it is in normal form");
    }

    [Theory]
    [MemberData(nameof(FixedNames))]
    public void Normalize_FixedBatchBesideConstants_IsFreed(string name) => Rewritten.ShouldFree(Fixed[name]());

    [Theory]
    [MemberData(nameof(BoundNames))]
    public void Normalize_BatchThatNumbersDependOn_StaysFixed(string name) =>
        Rewritten.ShouldKeep(BoundToTheirBatch[name]()).FixedBatch.ShouldBeNull();

    [Fact]
    public void Normalize_ReluBetweenProductsOfTokens_ReshapesOnceAndBack()
    {
        var graph = GraphNormalizer.Normalize(Networks["products of tokens with a Relu between"]());

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Reshape", "Gemm", "Relu", "Gemm", "Reshape"]);
    }

    [Fact]
    public void Normalize_ResizeOfTwoAxes_StatesAll()
    {
        var graph = GraphNormalizer.Normalize(Networks["a Resize by scales of two axes"]());

        var resize = graph.Nodes.ShouldHaveSingleItem();
        resize.Attributes.Keys.ShouldNotContain("axes");
        graph.Initializers[resize.Inputs[2]].As<float>().ToArray().ShouldBe([1, 1, 3, 2]);
    }

    private static GraphBuilder Tokens() => new GraphBuilder(13, -1, 4, 8).Floats("w", [8, 8], Nets.Values(64, 1))
        .Floats("v", [8, 8], Nets.Values(64, 2)).Floats("b", [8], Nets.Values(8, 3));

    private static GraphBuilder Vectors() => new GraphBuilder(13, -1, 8).Floats("w", [8, 8], Nets.Values(64, 1))
        .Floats("b", [8], Nets.Values(8, 2));

    private static GraphBuilder Images(int opset) => new GraphBuilder(opset, -1, 8, 2, 2).Floats("w", [8, 8], Nets.Values(64, 1));

    private static GraphBuilder Sequence() => new GraphBuilder(13, 1, 4, 4).Constant("zero", TensorData.FromInt64([], [0]))
        .Constant("one", TensorData.FromInt64([], [1])).Constant("length", TensorData.FromInt64([], [4]))
        .Constant("second", TensorData.FromInt64([], [1])).Ints("row", 1, -1).Ints("column", -1, 1).Ints("flat", 1, 16);
}
