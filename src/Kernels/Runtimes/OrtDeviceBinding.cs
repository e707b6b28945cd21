using System.Runtime.InteropServices;
using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Runtimes;

/// <summary>
/// A prepared run on a provider's own device (ONNX Runtime's IO binding): inputs are copied there once, a run computes and writes the
/// outputs to pinned buffers of this process, and returns when they are there. One thread at a time; the session must outlive it.
/// </summary>
public sealed unsafe class OrtDeviceBinding : IDisposable
{
    private const string Failure = "ONNX Runtime cannot bind the network's inputs and outputs";

    private readonly OrtSession _session;
    private readonly OrtApi _api;
    private readonly byte[][] _inputs; // the processor's provider reads them in place
    private readonly byte[][] _outputs;
    private readonly List<nint> _values = [];
    private nint _binding;

    internal OrtDeviceBinding(
        OrtSession session, OrtApi api, IReadOnlyList<TensorData> inputs, IReadOnlyList<(ElementType Type, long[] Shape)> outputs)
    {
        (_session, _api) = (session, api);
        _inputs = [.. inputs.Select(input => Pinned(input.Type, input.Shape))];
        _outputs = [.. outputs.Select(output => Pinned(output.Type, output.Shape))];
        _binding = session.NewBinding();
        try
        {
            using NativeStrings texts = new();
            for (int i = 0; i < inputs.Count; i++)
            {
                // Where the device is another one, the elements are copied to it now.
                inputs[i].Bytes.Span.CopyTo(_inputs[i]);
                api.Check(
                    api.BindInput(_binding, texts.Add(session.InputNames[i]), Value(_inputs[i], inputs[i].Type, inputs[i].Shape)), Failure);
            }

            for (int i = 0; i < outputs.Count; i++)
            {
                api.Check(
                    api.BindOutput(_binding, texts.Add(session.OutputNames[i]), Value(_outputs[i], outputs[i].Type, outputs[i].Shape)),
                    Failure);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the last run gave as its first output, of float, row-major.</summary>
    public ReadOnlySpan<float> Output => MemoryMarshal.Cast<byte, float>(_outputs[0]);

    /// <summary>Runs the network once.</summary>
    /// <exception cref="KernelException">ONNX Runtime fails; with its text.</exception>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(_binding == 0, this);
        _session.RunBound(_binding);
        GC.KeepAlive(this);
    }

    /// <summary>Frees the binding and its native tensors.</summary>
    public void Dispose()
    {
        if (_binding != 0)
        {
            _api.ReleaseIoBinding(_binding);
            _binding = 0;
        }

        _values.ForEach(_session.Release);
        _values.Clear();
    }

    private static byte[] Pinned(ElementType type, long[] shape) =>
        GC.AllocateArray<byte>(checked((int)TensorData.ByteCount(type, OrtShape.Count(shape))), pinned: true);

    private nint Value(byte[] elements, ElementType type, long[] shape)
    {
        nint value = _session.NewValue(
            (void*)Marshal.UnsafeAddrOfPinnedArrayElement(elements, 0), (nuint)elements.Length, shape, type);
        _values.Add(value);
        return value;
    }
}
