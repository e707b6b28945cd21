using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>Converts a network's inputs to the tensors that its programs read fastest.</summary>
internal static class InputTensors
{
    /// <summary>Float tensors of rank 4 are stored channels-last. The caller disposes it.</summary>
    /// <param name="input">What the network takes; where its files take a narrower float the values are rounded as there.</param>
    public static Tensor Of(TensorData values, ValueInfo input)
    {
        values = SampleTurns.Whole(values, input.Shape);
        values = input.FileType is { } type ? values.Narrowed(type).Widened() : values;
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
            live.Set(graph.Inputs[i].Name, Of(inputs[i], graph.Inputs[i]));
        }
    }
}
