using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cluster.Networks.Runtimes;

/// <summary>
/// The outputs of a run in ONNX Runtime's own memory, until disposed: for outputs so large that copies would take most of the memory.
/// </summary>
public sealed class OrtOutputs : IDisposable
{
    private readonly IDisposableReadOnlyCollection<OrtValue> _values;
    private readonly OrtInputs _inputs;
    private bool _isReleased;

    /// <param name="inputs">Disposed together with the outputs, as an output may be an input itself.</param>
    internal OrtOutputs(IDisposableReadOnlyCollection<OrtValue> values, OrtInputs inputs) => (_values, _inputs) = (values, inputs);

    internal int Count => _values.Count;

    /// <summary>The elements of an output in row-major order, valid until this is disposed.</summary>
    /// <typeparam name="T">The .NET type of its element type; byte reads any.</typeparam>
    /// <param name="index">Its index among the requested outputs.</param>
    /// <exception cref="KernelException"><typeparamref name="T"/> is not its element type, or it is not a tensor of numbers.</exception>
    /// <exception cref="ObjectDisposedException">This is disposed.</exception>
    public ReadOnlySpan<T> Span<T>(int index)
        where T : unmanaged
    {
        try
        {
            return At(index).GetTensorDataAsSpan<T>();
        }
        catch (OnnxRuntimeException refused)
        {
            throw OrtRuntime.Error("An output of the network cannot be read", refused);
        }
    }

    /// <summary>The elements of an output of numbers as float32.</summary>
    internal ReadOnlySpan<float> Floats(int index) =>
        Type(index) == ElementType.Float ? Span<float>(index) : Copy(index).ToFloats();

    private TensorData Copy(int index) => new(Type(index), Shape(index), Span<byte>(index).ToArray());

    /// <summary>Sizes of an output, outermost first.</summary>
    internal long[] Shape(int index) => At(index).GetTensorTypeAndShape().Shape;

    internal ElementType Type(int index) => (ElementType)At(index).GetTensorTypeAndShape().ElementDataType;

    /// <summary>Copies of all.</summary>
    internal IReadOnlyList<TensorData> Copies() =>
        [.. Enumerable.Range(0, Count).Select(Copy)];

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        if (!_isReleased)
        {
            _isReleased = true;
            _values.Dispose();
            _inputs.Dispose();
        }
    }

    private OrtValue At(int index)
    {
        ObjectDisposedException.ThrowIf(_isReleased, this);
        return _values.ElementAt(index);
    }
}

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
