using Cluster.Coordinator.Model;
namespace Cluster.Evaluation.Tests.Setup;

/// <summary>What is too large for a search is refused before anything is measured, alike locally and by a server.</summary>
public sealed class LargeNetworkTests
{
    [Fact]
    public void Describe_MoreGroupsThanASearchTakes_IsRefused()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        var graph = TinyNetwork.Graph();
        File.WriteAllBytes(folder["tiny.onnx"], OnnxWriter.Write(Behind(graph, GraphLimits.MostGroups)).Message);

        Should.Throw<KernelException>(() =>
        {
            using var job = OpenedJob.Describe(
                new JobInputs { Model = folder["tiny.onnx"], Calibration = "none", Evaluation = "none" },
                new JobOptions { Target = "onnxruntime-cpu" },
                folder["calibration"]);
        }).Message.ShouldContain(" groups where a search takes at most 2,000, as it compares them with each other");
    }

    // The network after so many convolutions more.
    private static ModelGraph Behind(ModelGraph graph, int convolutions) => graph with
    {
        Nodes =
        [
            .. Enumerable.Range(0, convolutions).Select(i => new GraphNode(
                $"more{i}",
                "Conv",
                [i == 0 ? graph.Inputs[0].Name : $"more{i - 1}", "one"],
                [$"more{i}"],
                new Dictionary<string, AttributeValue>(StringComparer.Ordinal))),
            .. graph.Nodes.Select(node => node with
            {
                Inputs = [.. node.Inputs.Select(input => input == graph.Inputs[0].Name ? $"more{convolutions - 1}" : input)],
            }),
        ],
        Initializers = graph.Initializers.Append(new("one", TensorData.FromFloats([1, 1, 1, 1], [1])))
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
    };
}
