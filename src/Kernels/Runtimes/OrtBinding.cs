using Cluster.Kernels.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cluster.Kernels.Runtimes;

/// <summary>
/// A prepared run on fixed shapes: inputs are on the provider's device, outputs are written to buffers of this process, and a run allocates
/// nothing. One thread at a time; the session must outlive it.
/// </summary>
public sealed class OrtBinding : IDisposable
{
    private readonly OrtSession _session;
    private readonly OrtIoBinding _binding;
    private readonly List<OrtValue> _values = [];
    private readonly OrtValue _output;
    private bool _isDisposed;

    /// <param name="first">All outputs of an earlier run, for their types and shapes.</param>
    internal OrtBinding(OrtSession session, OrtIoBinding binding, IReadOnlyList<TensorData> inputs, OrtOutputs first)
    {
        (_session, _binding) = (session, binding);
        try
        {
            foreach (var (name, input) in session.InputNames.Zip(inputs))
            {
                var value = Allocate(input.Type, input.Shape);
                input.Bytes.Span.CopyTo(value.GetTensorMutableRawData());
                binding.BindInput(name, value);
            }

            foreach (var (index, name) in session.OutputNames.Index())
            {
                binding.BindOutput(name, Allocate(first.Type(index), first.Shape(index)));
            }

            _output = _values[inputs.Count];
        }
        catch (OnnxRuntimeException refused)
        {
            Dispose();
            throw OrtRuntime.Error("ONNX Runtime cannot bind the network's inputs and outputs", refused);
        }
    }

    /// <summary>The first output of the last run, of float, row-major.</summary>
    public ReadOnlySpan<float> Output => _output.GetTensorDataAsSpan<float>();

    /// <summary>Runs the network once.</summary>
    /// <exception cref="KernelException">ONNX Runtime fails; with its text.</exception>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _session.Run(_binding);
    }

    /// <summary>Frees the binding and its tensors.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _binding.Dispose();
        _values.DisposeAll();
        _values.Clear();
    }

    private OrtValue Allocate(ElementType type, long[] shape)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)type, shape);
        _values.Add(value);
        return value;
    }
}
