using System.Runtime.InteropServices;
using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Runtimes;

/// <summary>
/// A prepared run on fixed shapes: inputs and outputs are pinned buffers that ONNX Runtime reads and writes in place, so a
/// run allocates nothing. One thread at a time; the session must outlive it.
/// </summary>
public sealed unsafe class OrtBinding : IDisposable
{
    private readonly OrtSession _session;
    private readonly byte[][] _inputs;
    private readonly byte[][] _outputs;
    private readonly nint[] _inputValues;
    private readonly nint[] _outputValues;
    private readonly nint[] _written; // the runtime is handed a copy, which it may write to
    private bool _isDisposed;

    internal OrtBinding(OrtSession session, IReadOnlyList<TensorData> inputs, IReadOnlyList<(ElementType Type, long[] Shape)> outputs)
    {
        _session = session;
        InputShape = inputs[0].Shape;
        OutputShape = outputs[0].Shape;
        _inputs = [.. inputs.Select(input => NewPinned(input.Type, input.Shape))];
        _outputs = [.. outputs.Select(output => NewPinned(output.Type, output.Shape))];
        _inputValues = new nint[inputs.Count];
        _outputValues = new nint[outputs.Count];
        _written = GC.AllocateArray<nint>(outputs.Count, pinned: true);
        try
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                inputs[i].Bytes.Span.CopyTo(_inputs[i]);
                _inputValues[i] = NewValue(_inputs[i], inputs[i].Type, inputs[i].Shape);
            }

            for (int i = 0; i < outputs.Count; i++)
            {
                _outputValues[i] = NewValue(_outputs[i], outputs[i].Type, outputs[i].Shape);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Shape of the first input.</summary>
    public IReadOnlyList<long> InputShape { get; }

    /// <summary>Shape of the first output.</summary>
    public IReadOnlyList<long> OutputShape { get; }

    /// <summary>Where the first input, of float, is written, row-major; at first what it was prepared with.</summary>
    public Span<float> Input => MemoryMarshal.Cast<byte, float>(_inputs[0].AsSpan());

    /// <summary>What the last run gave as its first output, of float, row-major.</summary>
    public ReadOnlySpan<float> Output => MemoryMarshal.Cast<byte, float>(_outputs[0]);

    /// <summary>Runs the network once.</summary>
    /// <exception cref="KernelException">ONNX Runtime fails; with its text.</exception>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _outputValues.CopyTo(_written, 0);
        fixed (nint* inputs = _inputValues)
        fixed (nint* outputs = _written)
        {
            _session.RunBound(inputs, outputs, _written.Length);
        }
    }

    /// <summary>Frees the native tensors.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (nint[] values in new[] { _inputValues, _outputValues })
        {
            Array.ForEach(values, _session.Release);
            Array.Clear(values);
        }
    }

    private static byte[] NewPinned(ElementType type, long[] shape) =>
        GC.AllocateArray<byte>(checked((int)TensorData.ByteCount(type, OrtShape.Count(shape))), pinned: true);

    private nint NewValue(byte[] data, ElementType type, long[] shape)
        => _session.NewValue((void*)Marshal.UnsafeAddrOfPinnedArrayElement(data, 0), (nuint)data.Length, shape, type);
}
