namespace Cluster.Export.Parity;

/// <summary>A plan's file opened in ONNX Runtime with the codes of its quantized tensors among its outputs. Thread-safe.</summary>
internal sealed class ExposedCodes : IDisposable
{
    // With more constants, a temporary file holds them, which ONNX Runtime reads from its pages: no message is made that holds them twice.
    private const long MostInMessage = 256 << 20;

    private readonly Dictionary<string, int> _places;
    private readonly string[] _wanted;
    private readonly OrtSession _session;

    public ExposedCodes(ModelGraph file, QuantizedNetwork network, OrtSessionOptions options)
    {
        var tensors = network.Layout.Points.Keys.ToArray();
        _places = tensors.Select((tensor, place) => (tensor, place)).ToDictionary(StringComparer.Ordinal);
        var codes = QdqCodes.In(file, network);
        if (tensors.FirstOrDefault(tensor => !codes.ContainsKey(tensor)) is { } lost)
        {
            throw new KernelException($"The file has no codes of the tensor '{lost}', which the plan quantizes.");
        }

        _wanted = [.. tensors.Select(tensor => codes[tensor]), .. network.Graph.Outputs.Select(output => output.Name)];
        var exposed = tensors.Select(tensor => new ValueInfo(
            codes[tensor], network.Layout.IsForTensorRt ? ElementType.Int8 : ElementType.UInt8, [])
        { ShapeKnown = false });
        _session = OrtSession.Open(OnnxWriter.Write(file with { Outputs = [.. file.Outputs, .. exposed] }, MostInMessage), options);
    }

#pragma warning disable CA2000 // What is returned owns the outputs.
    public IRuntimeCodes Run(IReadOnlyList<TensorData> inputs) => new Found(_session.RunInPlace(inputs, _wanted), _places);
#pragma warning restore CA2000

    public void Dispose() => _session.Dispose();

    private sealed class Found(OrtOutputs outputs, Dictionary<string, int> places) : IRuntimeCodes
    {
        public ReadOnlySpan<byte> Codes(string tensor) => outputs.Span<byte>(places[tensor]);

        public ReadOnlySpan<float> Output(int index) => outputs.Floats(places.Count + index);

        public void Dispose() => outputs.Dispose();
    }
}

/// <summary>
/// A file in ONNX Runtime, first with its codes, then as it is: that session is opened at its first run, when the other is closed, as each
/// holds all weights. Runs of one kind may be concurrent.
/// </summary>
/// <param name="exposed">Is disposed of before the other is opened.</param>
internal sealed class FileTurns(ExposedCodes exposed, Func<OrtSession> plain) : IDisposable
{
    private readonly Lock _lock = new();
    private OrtSession? _plain;

    /// <summary>Before the first <see cref="Run"/>.</summary>
    public IRuntimeCodes Codes(IReadOnlyList<TensorData> inputs) => exposed.Run(inputs);

    public void Run(IReadOnlyList<TensorData> inputs, Span<float> output)
    {
        lock (_lock)
        {
            if (_plain is null)
            {
                exposed.Dispose();
                TorchSettings.ReleaseFreedMemory();
                _plain = plain();
            }
        }

        _plain.Run(inputs, output);
    }

    public void Dispose() => _plain?.Dispose();
}
