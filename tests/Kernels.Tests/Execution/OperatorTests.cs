using Cluster.Kernels.Tests.Execution.Forms;
using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Execution;

/// <summary>Each operator, as it comes out of normalisation, against ONNX Runtime on the graph as it was written.</summary>
public sealed class OperatorTests
{
    private static readonly Dictionary<string, Func<GraphBuilder>> Own = new(StringComparer.Ordinal)
    {
        ["conv same upper"] = () => Conv(5, 4, 2, true, Text("auto_pad", "SAME_UPPER"), Ints("strides", [2, 2])),
        ["conv same lower"] = () => Conv(5, 4, 2, true, Text("auto_pad", "SAME_LOWER"), Ints("strides", [2, 2])),
        ["conv even kernel one-sided pads"] = () => Conv(3, 4, 4, false, Ints("pads", [3, 0, 0, 3])),
        ["conv batch norm"] = () => Normalised(Conv(5, 4, 3, true)),
        ["batch norm alone"] = () => Normalised(X().Node("Relu", "x", "y"), 4),
        ["max pool ceil window in the end pad"] = () =>
            Pool("MaxPool", 2, Ints("strides", [4, 4]), Ints("pads", [0, 0, 1, 1]), Int("ceil_mode", 1)),
        ["max pool pads above half"] = () => Pool("MaxPool", 3, Ints("pads", [2, 2, 2, 2])),
        ["max pool dilated"] = () => Pool("MaxPool", 2, Ints("dilations", [2, 3])),
        ["max pool ceil window wholly in the end pad"] = () =>
            Pool("MaxPool", 3, Ints("strides", [4, 4]), Ints("pads", [0, 0, 2, 2]), Int("ceil_mode", 1)),
        ["average pool ceil window wholly in the end pad"] = () =>
            Pool("AveragePool", 3, Ints("strides", [4, 4]), Ints("pads", [0, 0, 2, 2]), Int("ceil_mode", 1)),
        ["average pool pads above half"] = () => Pool("AveragePool", 3, Ints("pads", [2, 2, 2, 2])),
        ["global average"] = () => X().Node("GlobalAveragePool", "x", "y"),
        ["global max"] = () => X().Node("GlobalMaxPool", "x", "y"),
        ["gemm one bias"] = () =>
            Flat().Floats("w", [5, 252], Nets.Values(1260, 2)).Floats("b", [1], 0.7f).Node("Gemm", "f w b", "y", Int("transB", 1)),
        ["gemm no bias scaled"] = () =>
            Flat().Floats("w", [5, 252], Nets.Values(1260, 2)).Node("Gemm", "f w", "y", Int("transB", 1), Float("alpha", 3)),
        ["matmul add"] = () => Flat()
            .Floats("w", [252, 5], Nets.Values(1260, 2))
            .Floats("b", [5], Nets.Values(5, 3))
            .Node("MatMul", "f w", "m")
            .Node("Add", "m b", "y"),
        ["matmul of activations"] = () => X().Node("Transpose", "x", "t", Ints("perm", [0, 1, 3, 2])).Node("MatMul", "x t", "y"),
        ["slice negative"] = () => X().Ints("s", -3).Ints("e", -1).Ints("a", -1).Node("Slice", "x s e a", "y"),
        ["slice channels then relu"] = () =>
            X().Ints("s", 1).Ints("e", 3).Ints("a", 1).Node("Slice", "x s e a", "v").Node("Relu", "v", "y"),
        ["pad negative"] = () => X().Ints("p", 0, 0, -1, 2, 0, 0, 0, -3).Node("Pad", "x p", "y"),
        ["concat"] = () => X().Node("Relu", "x", "r").Node("Concat", "x r x", "y", Int("axis", 1)),
        ["relu"] = () => X().Node("Relu", "x", "y"),
        ["clip from below"] = () => X().Floats("l", [], -0.2f).Node("Clip", "x l", "y"),
        ["clip without bounds"] = () => X().Node("Clip", "x", "y"),
        ["clip with absent bounds"] = () => X().Node("Clip", "x - -", "c").Node("Tanh", "c", "y"),
        ["conv clip in place"] = () => Conv(5, 4, 3, true, output: "c").Floats("l", [], 0).Floats("h", [], 0.5f).Node("Clip", "c l h", "y"),
        ["conv clip from above in place"] = () => Conv(5, 4, 3, true, output: "c").Floats("h", [], 0.5f).Node("Clip", "c - h", "y"),
        ["leaky relu"] = () => X().Node("LeakyRelu", "x", "y"),
        ["leaky relu slope"] = () => X().Node("LeakyRelu", "x", "y", Float("alpha", 0.3f)),
        ["sigmoid"] = () => X().Node("Sigmoid", "x", "y"),
        ["hard sigmoid"] = () => X().Node("HardSigmoid", "x", "y"),
        ["hard sigmoid slope"] = () => X().Node("HardSigmoid", "x", "y", Float("alpha", 1 / 6f), Float("beta", 0.4f)),
        ["hard swish"] = () => new GraphBuilder(14, -1, 4, 7, 9).Node("HardSwish", "x", "y"),
        ["tanh"] = () => X().Node("Tanh", "x", "y"),
        ["arithmetic with constants"] = () => X().Floats("k", [4, 1, 1], 1, -2, 3, 4).Floats("d", [1], 3)
            .Node("Add", "k x", "a").Node("Sub", "d a", "s").Node("Mul", "s k", "m").Node("Div", "m d", "y"),
        ["constant divided"] = () => X().Floats("k", [1], 2).Node("Sigmoid", "x", "s").Node("Div", "k s", "y"),
        ["sum with itself"] = () => X().Node("Relu", "x", "r").Node("Add", "r r", "y"),
        ["difference of two"] = () => X().Node("Relu", "x", "r").Node("Sub", "r x", "y"),
        ["squeeze and excite"] = () => X().Node("GlobalAveragePool", "x", "g").Node("Sigmoid", "g", "s").Node("Mul", "x s", "y"),
        ["transpose"] = () => X().Node("Transpose", "x", "y", Ints("perm", [0, 2, 3, 1])),
        ["transpose then flatten"] = () => X().Node("Transpose", "x", "t", Ints("perm", [0, 3, 1, 2])).Node("Flatten", "t", "y"),
        ["flatten after conv"] = () => Conv(5, 4, 3, true, output: "c").Node("Flatten", "c", "y"),
        ["flatten negative axis"] = () => X().Node("Flatten", "x", "y", Int("axis", -1)),
        ["pad folded into conv"] = () => X()
            .Ints("p", 0, 0, 1, 1, 0, 0, 1, 1)
            .Floats("w", [5, 4, 3, 3], Nets.Values(180, 4))
            .Node("Pad", "x p", "q")
            .Node("Conv", "q w", "y"),
    };

    internal static readonly Dictionary<string, Func<GraphBuilder>> Cases = new(
        [.. Own, .. FloatOperatorCases.All, .. OpsetCases.All], StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_OneOperator_EqualsOnnxRuntime(string name)
    {
        var graph = Written(name);
        foreach (int batch in new[] { 1, 3 })
        {
            long[] shape = [batch, 4, 7, 9];
            float[] input = Nets.Values(batch * 252, 11 + batch, 2);
            float[] expected = InRuntime.RunAsWritten(OnnxWriter.Write(graph).Message, TensorData.FromFloats(shape, input));
            using var network = new FloatNetwork(Nets.Group(graph));


            Nets.Distance(network.Run(input, shape), expected).ShouldBeLessThanOrEqualTo(1e-5f, $"batch {batch}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_CompiledForGradients_EqualsTheFloatNetworkAndReachesTheInput(string name)
    {
        var graph = Nets.Group(Written(name));
        float[] values = Nets.Values(3 * 252, 14, 2);
        using var network = new FloatNetwork(graph);
        float[] expected = network.Run(values, [3, 4, 7, 9]);
        using var programs = new ProgramBuilder(graph, hasGradients: true);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var input = Nets.Leaf(values, [3, 4, 7, 9]);

        var output = programs.Whole().Run([input])[0];

        Nets.Distance(TensorFactory.ToFloats(output.contiguous()), expected).ShouldBeLessThanOrEqualTo(1e-5f);
        if (!FloatOperatorCases.WithoutGradient.Contains(name))
        {
            output.requires_grad.ShouldBeTrue();
            var slopes = TorchSharp.torch.autograd.grad([output.mul(output).sum()], [input])[0];
            TensorFactory.ToFloats(slopes).ShouldContain(slope => slope != 0);
        }
    }

    [Fact]
    public void Run_OperatorCases_CoverEverythingThatIsSupported()
    {
        var forms = OperatorForm.Kinds.Values.SelectMany(
            draw => Enumerable.Range(1, OperatorPropertyTests.Cases).Select(seed => draw(new Random(seed)).Graph));
        var covered = Cases.Values.Select(build => build()).Concat(forms)
            .SelectMany(graph => graph.Build().Nodes).Select(node => node.OpType);

        // Identity never survives normalisation, and RecurrentPropertyTests have the others.
        OperatorCatalog.Entries.Keys.Except(["Identity", "LSTM", "GRU"]).ShouldBeSubsetOf(covered);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Roles_OfEveryCase_AreThoseOfTheCatalog(string name)
    {
        var graph = Nets.Group(Written(name));

        foreach (var node in graph.Nodes)
        {
            // An operator may always stay in float; what it may be else is one thing, but for a product, which may have no weights.
            if (graph.Roles.Of(node) == NodeRole.Product)
            {
                node.OpType.ShouldBe("MatMul");
                node.Inputs.ShouldAllBe(input => !graph.Graph.Initializers.ContainsKey(input));
                continue;
            }

            int role = (int)graph.Roles.Of(node);
            role.ShouldBeOneOf((int)NodeRole.Float, OperatorCatalog.Entries[node.OpType].Use switch
            {
                IntegerUse.Weights => (int)NodeRole.Weighted,
                IntegerUse.Codes => (int)NodeRole.Requantizing,
                IntegerUse.Moves => (int)NodeRole.ScalePreserving,
                IntegerUse.Range => (int)NodeRole.Activation,
                IntegerUse.InEachRun => (int)NodeRole.Recurrent,
                _ => (int)NodeRole.Float,
            });
        }
    }

    [Fact]
    public void Build_OverwritingClipWithoutBounds_LeavesItsInput()
    {
        // As a graph has it that was not normalised.
        var graph = X().Node("Clip", "x - -", "y").Build();
        using var constants = new NodeConstants(graph);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var input = TensorFactory.FromFloats([-7, 0.5f, 3], [3]);

        var output = OperatorTable.Build(graph.Nodes[0], new OperatorContext(constants) { Overwrites = true })(new NodeInputs([input]));

        TensorFactory.ToFloats(output).ShouldBe([-7, 0.5f, 3]);
    }

    // As a file has it.
    private static ModelGraph Written(string name) => OnnxReader.Read(OnnxWriter.Write(Cases[name]().Build()), name);

    private static GraphBuilder X() => new(13, -1, 4, 7, 9);

    private static GraphBuilder Flat() => X().Node("Flatten", "x", "f");

    private static GraphBuilder Conv(
        int outputs, int inputs, int kernel, bool bias, params (string Name, AttributeValue Value)[] attributes) =>
        Conv(outputs, inputs, kernel, bias, "y", attributes);

    private static GraphBuilder Conv(
        int outputs, int inputs, int kernel, bool bias, string output, params (string Name, AttributeValue Value)[] attributes)
    {
        var builder = X().Floats("w", [outputs, inputs, kernel, kernel], Nets.Values(outputs * inputs * kernel * kernel, 4));
        return bias
            ? builder.Floats("b", [outputs], Nets.Values(outputs, 5)).Node("Conv", "x w b", output, attributes)
            : builder.Node("Conv", "x w", output, attributes);
    }

    private static GraphBuilder Normalised(GraphBuilder builder, int channels = 5) => builder
        .Floats("scale", [channels], [.. Nets.Values(channels, 6).Select(v => v + 1.5f)])
        .Floats("shift", [channels], Nets.Values(channels, 7))
        .Floats("mean", [channels], Nets.Values(channels, 8))
        .Floats("variance", [channels], [.. Nets.Values(channels, 9).Select(v => v + 1.1f)])
        .Node("BatchNormalization", "y scale shift mean variance", "z", Float("epsilon", 1e-3f));

    private static GraphBuilder Pool(string type, int kernel, params (string Name, AttributeValue Value)[] attributes) =>
        X().Node(type, "x", "y", [Ints("kernel_shape", [kernel, kernel]), .. attributes]);
}
