using static Cluster.Tests.GraphBuilder;

namespace Cluster.Networks.Tests.Graphs;

/// <summary>Forms of LSTM and GRU that the interpreter leaves to ONNX Runtime; the others are among the cases of OperatorTests.</summary>
public sealed class RecurrentFormTests
{
    [Fact]
    public void Group_UnusualForm_IsExecutedByTheRuntime()
    {
        Executed("LSTM", "t w r b", Float("clip", 3));
        Executed("LSTM", "t w r b", Int("input_forget", 1));
        Executed("LSTM", "t w r b", Texts("Relu", "Tanh", "Tanh"));
        Executed("LSTM", "t w r b lengths");
        Executed("LSTM", "t w r b - - - p");
        Executed("GRU", "t w r b", Float("clip", 3));
    }

    [Fact]
    public void Group_UsualActivationsByName_AreTaken() =>
        Nets.Group(Build("LSTM", "t w r b", Texts("sigmoid", "Tanh", "tanh"))).Graph.Nodes.ShouldContain(node => node.OpType == "LSTM");

    private static (string Name, AttributeValue Value) Texts(params string[] texts) =>
        ("activations", AttributeValue.Of((IReadOnlyList<string>)texts));

    private static void Executed(string type, string inputs, params (string Name, AttributeValue Value)[] form)
    {
        var graph = Nets.Group(Build(type, inputs, form));
        float[] input = Nets.Values(2 * 63, 3);
        using var network = new FloatNetwork(graph);

        graph.Nodes.Where(graph.Roles.IsExecuted).ShouldHaveSingleItem().OpType.ShouldBe(type);
        network.Run(input, [2, 7, 9]).ShouldBe(
            InRuntime.RunAsWritten(OnnxWriter.Write(Build(type, inputs, form)).Message, TensorData.FromFloats([2, 7, 9], input)), 1e-5f);
    }

    // 7 steps of 9 features, a state of 5.
    private static ModelGraph Build(string type, string inputs, params (string Name, AttributeValue Value)[] form)
    {
        int gates = type == "LSTM" ? 4 : 3;
        return new GraphBuilder(14, -1, 7, 9)
            .Floats("w", [1, gates * 5, 9], Nets.Values(gates * 45, 4))
            .Floats("r", [1, gates * 5, 5], Nets.Values(gates * 25, 5))
            .Floats("b", [1, gates * 10], Nets.Values(gates * 10, 6))
            .Floats("p", [1, 15], Nets.Values(15, 7))
            .Constant("lengths", TensorData.FromInt32([2], [7, 5]))
            .Node("Transpose", "x", "t", Ints("perm", [1, 0, 2]))
            .Node(type, inputs, "y", [Int("hidden_size", 5), .. form])
            .Node("Transpose", "y", "z", Ints("perm", [2, 0, 1, 3]))
            .Build();
    }
}
