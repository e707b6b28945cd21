using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Reproductions.Paddle;

/// <summary>The thresholds of all activations that plans may quantize, by PaddleSlim's own search over batches.</summary>
internal sealed class PaddleThresholds : IRunObserver
{
    private readonly Dictionary<string, Dictionary<PaddleLoss, PaddleThreshold>> _tensors;

    private PaddleThresholds(IEnumerable<string> tensors) => _tensors = tensors.ToDictionary(
        tensor => tensor,
        _ => Enum.GetValues<PaddleLoss>().ToDictionary(loss => loss, loss => new PaddleThreshold(loss)),
        StringComparer.Ordinal);

    /// <summary>Runs the network over the images, batch by batch in their order.</summary>
    public static PaddleThresholds Of(FloatNetwork network, ImageBatches images, CancellationToken cancellation)
    {
        var thresholds = new PaddleThresholds(CalibrationPass.ObservedTensors(network.Graph));
        for (int batch = 0; batch < images.Count; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var live = new LiveTensors();
            live.SetInputs(network.Graph, images, batch);
            foreach (var input in network.Graph.Inputs)
            {
                thresholds.Add(input.Name, live.Get(input.Name));
            }

            foreach (var group in network.Graph.Groups)
            {
                network.Float32(group.Index).Run(live, thresholds);
            }
        }

        return thresholds;
    }

    /// <summary>By tensor.</summary>
    public IReadOnlyDictionary<string, float> By(PaddleLoss loss) =>
        _tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value[loss].Value, StringComparer.Ordinal);

    public void Computed(GraphNode node, Tensor value) => Add(node.Output, value);

    public Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters) => null;

    private void Add(string tensor, Tensor value)
    {
        if (_tensors.TryGetValue(tensor, out var thresholds))
        {
            // They do not depend on the order of the values.
            DenseTensor.Read(value, (values, _) =>
            {
                foreach (var threshold in thresholds.Values)
                {
                    threshold.Add(values);
                }
            });
        }
    }
}
