using static TorchSharp.torch;

namespace Cluster.Glyphs.Training;

/// <summary>What arrays say of a network's outputs.</summary>
/// <param name="outputs">Of the network, by name.</param>
/// <param name="arrays">Of the batch, by name.</param>
/// <returns>One number, with gradients.</returns>
internal delegate Tensor ArrayLoss(IReadOnlyDictionary<string, Tensor> outputs, IReadOnlyDictionary<string, TensorData> arrays);

/// <summary>A network of any inputs and outputs, trained on generated arrays.</summary>
/// <param name="graph">With its initial weights.</param>
/// <param name="samples">What it is trained on; the inputs are found by name.</param>
/// <param name="loss">What it is trained by.</param>
/// <param name="kept">Constants that are not trained.</param>
internal sealed class ArrayTask(ModelGraph graph, IArraySamples samples, ArrayLoss loss, params IReadOnlyList<string> kept)
    : ITrainingTask
{
    private readonly TrainableGraph _network = new(graph, kept);

    public IEnumerable<Parameter> Parameters => _network.Parameters;

    /// <summary>Cross-entropy of the only output with the array <c>labels</c>.</summary>
    public static Tensor CrossEntropy(IReadOnlyDictionary<string, Tensor> outputs, IReadOnlyDictionary<string, TensorData> arrays) =>
        nn.functional.cross_entropy(outputs.Values.Single(), TensorFactory.FromTensorData(arrays["labels"]));

    /// <summary>Mean squared error of the only output against the array <c>targets</c>.</summary>
    public static Tensor SquaredError(IReadOnlyDictionary<string, Tensor> outputs, IReadOnlyDictionary<string, TensorData> arrays) =>
        nn.functional.mse_loss(outputs.Values.Single(), TensorFactory.FromTensorData(arrays["targets"]));

    public Tensor Loss(int step, bool updateStatistics)
    {
        var arrays = samples.Draw(GlyphSet.Training, step * GlyphTraining.Batch, GlyphTraining.Batch)
            .ToDictionary(pair => pair.Name, pair => pair.Array, StringComparer.Ordinal);
        var inputs = graph.Inputs.ToDictionary(
            input => input.Name, input => TensorFactory.FromTensorData(arrays[input.Name]), StringComparer.Ordinal);
        return loss(_network.Forward(inputs), arrays);
    }

    public ModelGraph ToGraph() => _network.ToGraph();

    public void Dispose() => _network.Dispose();
}
