using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>Converts a network's inputs to the tensors that its programs read fastest.</summary>
internal static class InputTensors
{
    /// <summary>Float tensors of rank 4 are stored channels-last. The caller disposes it.</summary>
    public static Tensor Of(TensorData values)
    {
        var tensor = TensorFactory.FromTensorData(values);
        if (values is not { Type: ElementType.Float, Shape.Length: 4 })
        {
            return tensor;
        }

        using (tensor)
        {
            return TensorOps.ToChannelsLast(tensor);
        }
    }

    /// <summary>Puts a batch where a network's programs read it.</summary>
    public static void SetInputs(this LiveTensors live, GroupedGraph graph, ImageBatches images, int batch)
    {
        foreach (var (input, tensor) in images.Tensors(batch, graph))
        {
            live.Set(input, tensor);
        }
    }

    /// <summary>The same with given values, one tensor for each input.</summary>
    public static void SetInputs(this LiveTensors live, GroupedGraph graph, IReadOnlyList<TensorData> inputs)
    {
        for (int i = 0; i < inputs.Count; i++)
        {
            live.Set(graph.Inputs[i].Name, Of(SampleTurns.Whole(inputs[i], graph.Inputs[i].Shape)));
        }
    }
}
