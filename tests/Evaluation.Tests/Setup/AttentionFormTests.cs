namespace Cluster.Evaluation.Tests.Setup;

/// <summary>Products of two activations are groups.</summary>
public sealed class AttentionFormTests
{
    [Fact]
    public void Describe_NetworkWithAttention_HasAGroupForIt()
    {
        using var sample = Sample.Of(Sample.Graph(
            [
                ("w1", [4, 1, 1, 1], Sample.Values(4, 1, 0.01)), ("w2", [4, 1, 1, 1], Sample.Values(4, 2, 0.01)),
                ("w3", [4, 1, 1, 1], Sample.Values(4, 3, 0.01)), ("w4", [3, 4], Sample.Values(12, 4, 1)),
            ],
            [
                Sample.Node("Conv", "c1", ["x", "w1"]), Sample.Node("Conv", "c2", ["x", "w2"]), Sample.Node("Conv", "c3", ["x", "w3"]),
                Sample.Node("MatMul", "p", ["c1", "c2"]),
                Sample.Node("Softmax", "s", ["p"], ("axis", AttributeValue.Of(-1L))),
                Sample.Node("MatMul", "o", ["s", "c3"]),
                Sample.Node("GlobalAveragePool", "g", ["o"]),
                Sample.Node("Flatten", "f", ["g"]),
                Sample.Node("Gemm", "y", ["f", "w4"], ("transB", AttributeValue.Of(1L))),
            ],
            [-1, 1, 4, 4]));

        sample.Lazy.Space.Groups.Select(group => group.Name).ShouldBe(["c1", "c2", "c3", "p", "y"]);
    }
}
