using Cluster.Kernels.Execution.Files;
using static TorchSharp.torch;

namespace Cluster.Export.Parity;

/// <summary>The codes of a batch in <see cref="QuantizedModel"/>, as it rounds them.</summary>
internal sealed class ObservedCodes : IRuntimeCodes, IRunObserver
{
    private readonly Dictionary<string, byte[]> _codes = new(StringComparer.Ordinal);
    private IReadOnlyList<float[]> _outputs = [];

    public static ObservedCodes Of(QuantizedModel model, IReadOnlyList<TensorData> inputs)
    {
        var found = new ObservedCodes();
        found._outputs = model.Run(inputs, found);
        return found;
    }

    public ReadOnlySpan<byte> Codes(string tensor) => _codes.GetValueOrDefault(tensor);

    public ReadOnlySpan<float> Output(int index) => _outputs[index];

    public Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters)
    {
        var whole = parameters with { Scale = 1 };
        using var host = steps.cpu();
        _codes[tensor] = Array.ConvertAll(TensorFactory.ToFloats(host), step => (byte)AffineQuantizer.Quantize(step, whole));
        return null;
    }

    public void Dispose()
    {
    }
}
