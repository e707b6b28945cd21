using static TorchSharp.torch;

namespace Cluster.Kernels.Tests.Execution.QdqExecution;

/// <summary>Keeps the codes of each quantized tensor of a run.</summary>
internal sealed class CodeRecorder : IRunObserver
{
    public Dictionary<string, int[]> Codes { get; } = new(StringComparer.Ordinal);

    public Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters)
    {
        var whole = parameters with { Scale = 1 };
        using var host = steps.cpu();
        Codes[tensor] = Array.ConvertAll(TensorFactory.ToFloats(host), step => AffineQuantizer.Quantize(step, whole));
        return null;
    }
}
