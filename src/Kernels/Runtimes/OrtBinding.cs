using System.Runtime.InteropServices;
using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Runtimes;

/// <summary>
/// A prepared run on one shape: input and output are pinned buffers that ONNX Runtime reads and writes in place, so a
/// run allocates nothing. One thread at a time; the session must outlive it.
/// </summary>
public sealed unsafe class OrtBinding : IDisposable
{
    private readonly OrtSession _session;
    private readonly float[] _input;
    private readonly float[] _output;
    private nint _inputValue;
    private nint _outputValue;

    internal OrtBinding(OrtSession session, long[] inputShape, long[] outputShape)
    {
        _session = session;
        InputShape = inputShape;
        OutputShape = outputShape;
        _input = NewPinned(inputShape);
        _output = NewPinned(outputShape);
        try
        {
            _inputValue = NewValue(_input, inputShape);
            _outputValue = NewValue(_output, outputShape);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Shape of the input.</summary>
    public IReadOnlyList<long> InputShape { get; }

    /// <summary>Shape of the output.</summary>
    public IReadOnlyList<long> OutputShape { get; }

    /// <summary>Where the input is written, row-major; zeros at first.</summary>
    public Span<float> Input => _input;

    /// <summary>What the last run gave, row-major.</summary>
    public ReadOnlySpan<float> Output => _output;

    /// <summary>Runs the network once.</summary>
    /// <exception cref="KernelException">ONNX Runtime fails; with its text.</exception>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(_inputValue == 0, this);
        nint output = _outputValue;
        _session.RunSingle(_inputValue, &output);
    }

    /// <summary>Frees the native tensors.</summary>
    public void Dispose()
    {
        _session.Release(_inputValue);
        _session.Release(_outputValue);
        _inputValue = 0;
        _outputValue = 0;
    }

    private static float[] NewPinned(long[] shape) => GC.AllocateArray<float>(checked((int)OrtShape.Count(shape)), pinned: true);

    private nint NewValue(float[] data, long[] shape)
        => _session.NewValue(
            (void*)Marshal.UnsafeAddrOfPinnedArrayElement(data, 0), (nuint)data.Length * sizeof(float), shape, ElementType.Float);
}
