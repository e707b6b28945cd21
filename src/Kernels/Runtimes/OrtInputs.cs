using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cluster.Kernels.Runtimes;

/// <summary>Inputs of a run as native values over their own bytes, which stay pinned until this is disposed.</summary>
internal sealed unsafe class OrtInputs : IDisposable
{
    private readonly List<MemoryHandle> _pins = [];
    private readonly List<OrtValue> _values = [];

    public OrtInputs(IReadOnlyList<TensorData> inputs)
    {
        try
        {
            foreach (var input in inputs)
            {
                var pin = input.Bytes.Pin();
                _pins.Add(pin);
                _values.Add(OrtValue.CreateTensorValueWithData(
                    OrtMemoryInfo.DefaultInstance, (TensorElementType)input.Type, input.Shape, (nint)pin.Pointer, input.Bytes.Length));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>One for each input, in order.</summary>
    public IReadOnlyCollection<OrtValue> Values => _values;

    public void Dispose()
    {
        _values.DisposeAll();
        _pins.ForEach(pin => pin.Dispose());
        _values.Clear();
        _pins.Clear();
    }
}
