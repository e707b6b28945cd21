using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cluster.Kernels.Runtimes;

/// <summary>
/// A prepared run on fixed shapes: inputs are on the provider's device, outputs are written to buffers of this process, and a run allocates
/// nothing. One thread at a time; the session must outlive it.
/// </summary>
public sealed class OrtBinding : IDisposable
{
    private readonly OrtSession _session;
    private readonly List<OrtIoBinding> _bindings = []; // one for each turn
    private readonly List<OrtValue> _values = [];
    private readonly OrtValue? _output;
    private bool _isDisposed;

    /// <param name="turns">The inputs of each turn, see <see cref="SampleTurns"/>.</param>
    /// <param name="first">All outputs of an earlier turn, for their types and shapes.</param>
    internal OrtBinding(
        OrtSession session, IReadOnlyList<IReadOnlyList<TensorData>> turns, OrtOutputs first, Func<OrtIoBinding> bind)
    {
        _session = session;
        try
        {
            foreach (var inputs in turns)
            {
                var binding = bind();
                _bindings.Add(binding);
                foreach (var (name, input) in session.InputNames.Zip(inputs))
                {
                    var value = Allocate(input.Type, input.Shape);
                    input.Bytes.Span.CopyTo(value.GetTensorMutableRawData());
                    binding.BindInput(name, value);
                }

                foreach (var (index, name) in session.OutputNames.Index())
                {
                    var value = Allocate(first.Type(index), first.Shape(index));
                    binding.BindOutput(name, value);
                    _output = name == session.JudgedOutput() ? value : _output;
                }
            }
        }
        catch (OnnxRuntimeException refused)
        {
            Dispose();
            throw OrtRuntime.Error("ONNX Runtime cannot bind the network's inputs and outputs", refused);
        }
    }

    /// <summary>The first output of float of the last turn, row-major.</summary>
    public ReadOnlySpan<float> Output => _output!.GetTensorDataAsSpan<float>();

    /// <summary>Runs the network once, each turn after the other.</summary>
    /// <exception cref="KernelException">ONNX Runtime fails; with its text.</exception>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        foreach (var binding in _bindings)
        {
            _session.Run(binding);
        }
    }

    /// <summary>Frees the binding and its tensors.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _bindings.DisposeAll();
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
