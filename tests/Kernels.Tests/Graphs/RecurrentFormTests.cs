using static Cluster.Kernels.Tests.Graphs.GraphBuilder;

namespace Cluster.Kernels.Tests.Graphs;

/// <summary>Forms of LSTM and GRU that nothing here computes; those that are computed are among the cases of OperatorTests.</summary>
public sealed class RecurrentFormTests
{
    [Fact]
    public void Group_UnusualForm_SaysWhatIsUnusual()
    {
        Refusal("LSTM", "t w r b", Float("clip", 3)).ShouldContain("Node 'y' (LSTM) has clipping, which is not supported; ");
        Refusal("LSTM", "t w r b", Int("input_forget", 1)).ShouldContain("has coupled gates (input_forget), ");
        Refusal("LSTM", "t w r b", Texts("Relu", "Tanh", "Tanh")).ShouldContain("has activations of its own, ");
        Refusal("LSTM", "t w r b", Int("layout", 1)).ShouldContain("has layout 1, ");
        Refusal("LSTM", "t w r b lengths").ShouldContain("has sequence lengths, ");
        Refusal("LSTM", "t w r b - - - p").ShouldContain("has peepholes, ");
        Refusal("GRU", "t w r b", Float("clip", 3), Int("layout", 1)).ShouldContain(
            "Node 'y' (GRU) has clipping, layout 1, which are not supported; ");
    }

    [Fact]
    public void Group_UsualActivationsByName_AreTaken() =>
        Nets.Group(Build("LSTM", "t w r b", Texts("sigmoid", "Tanh", "tanh"))).Graph.Nodes.ShouldContain(node => node.OpType == "LSTM");

    private static (string Name, AttributeValue Value) Texts(params string[] texts) =>
        ("activations", AttributeValue.Of((IReadOnlyList<string>)texts));

    private static string Refusal(string type, string inputs, params (string Name, AttributeValue Value)[] form) =>
        Should.Throw<KernelException>(() => Nets.Group(Build(type, inputs, form))).Message;

    // 7 steps of 9 features, a state of 5.
    private static ModelGraph Build(string type, string inputs, params (string Name, AttributeValue Value)[] form)
    {
        int gates = type == "LSTM" ? 4 : 3;
        return new GraphBuilder(14, -1, 7, 9)
            .Floats("w", [1, gates * 5, 9], new float[gates * 45])
            .Floats("r", [1, gates * 5, 5], new float[gates * 25])
            .Floats("b", [1, gates * 10], new float[gates * 10])
            .Floats("p", [1, 15], new float[15])
            .Constant("lengths", TensorData.FromInt32([1], [7]))
            .Node("Transpose", "x", "t", Ints("perm", [1, 0, 2]))
            .Node(type, inputs, "y", [Int("hidden_size", 5), .. form])
            .Node("Transpose", "y", "z", Ints("perm", [2, 0, 1, 3]))
            .Build();
    }
}
