using System.Runtime.InteropServices;
using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Runtimes;

/// <summary>
/// A network opened in ONNX Runtime. Runs may come from several threads at once; each uses the session's own pool of
/// <see cref="OrtSessionOptions.Threads"/>. Dispose frees the native session once the last run under way is over.
/// </summary>
public sealed unsafe class OrtSession : IDisposable
{
    private readonly OrtInstance _ort;
    private readonly OrtApi _api;
    private readonly OrtSessionHandle _handle;
    private readonly OrtSignature _signature;
    private bool _profiling;

    private OrtSession(OrtInstance ort, nint session, OrtSessionOptions options, OrtSharedArena? arena)
    {
        _ort = ort;
        _api = ort.Api;
        _handle = new OrtSessionHandle(session, arena);
        Options = options;
        _profiling = options.ProfilePrefix is not null;
        try
        {
            _signature = new OrtSignature(ort, session);
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    /// <summary>The options it was opened with.</summary>
    public OrtSessionOptions Options { get; }

    /// <summary>Names of the graph's inputs in order, without those that only override an initializer.</summary>
    public IReadOnlyList<string> InputNames => _signature.InputNames;

    /// <summary>Names of the graph's outputs in order.</summary>
    public IReadOnlyList<string> OutputNames => _signature.OutputNames;

    /// <summary>Declared shape of the first input, -1 for an open dimension.</summary>
    public IReadOnlyList<long> InputShape => _signature.Input(0).Sizes;

    /// <summary>Declared shape of the first output, -1 for an open dimension.</summary>
    public IReadOnlyList<long> OutputShape => _signature.Output(0).Sizes;

    /// <summary>Opens a model of ONNX bytes.</summary>
    /// <exception cref="KernelException">ONNX Runtime is missing, refuses the model or an option; with its
    /// text.</exception>
    public static OrtSession Open(byte[] model, OrtSessionOptions options)
    {
        OrtInstance ort = OrtRuntime.Instance;
        return Open(ort, options, builder =>
        {
            nint session;
            fixed (byte* data = model)
            {
                ort.Api.Check(
                    ort.Api.CreateSessionFromArray(ort.Environment, data, (nuint)model.Length, builder.Handle, &session),
                    "ONNX Runtime cannot open the model");
            }

            return session;
        });
    }

    /// <summary>Opens a model file.</summary>
    /// <exception cref="KernelException">ONNX Runtime is missing, refuses the model or an option; with its
    /// text.</exception>
    public static OrtSession Open(string path, OrtSessionOptions options)
    {
        OrtInstance ort = OrtRuntime.Instance;
        return Open(ort, options, builder =>
        {
            using NativeStrings texts = new();
            nint session;
            ort.Api.Check(
                ort.Api.CreateSession(ort.Environment, texts.Add(path), builder.Handle, &session),
                $"ONNX Runtime cannot open '{path}'");
            return session;
        });
    }

    /// <summary>Runs a network of one float input and one float output.</summary>
    /// <param name="input">Elements in row-major order.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="output">Filled entirely; its length is the number of the output's elements.</param>
    /// <exception cref="KernelException">The network has another signature, a length does not fit, or ONNX Runtime
    /// fails.</exception>
    public void Run(ReadOnlySpan<float> input, long[] shape, Span<float> output)
    {
        _signature.RequireSingleFloat();
        RequireCount("input", shape, input.Length);
        Run([TensorData.FromFloats(shape, input)], output);
    }

    /// <summary>Runs a network for its first output, without copying the inputs.</summary>
    /// <param name="inputs">One for each input, in order.</param>
    /// <param name="output">Float, row-major, filled entirely; its length is the number of the output's elements.</param>
    /// <exception cref="KernelException">The network has another signature, a length does not fit, or ONNX Runtime
    /// fails.</exception>
    public void Run(IReadOnlyList<TensorData> inputs, Span<float> output)
    {
        _signature.Require(inputs);
        using var given = new OrtInputValues(this, inputs);
        RunInto(inputs, given.Values, output);
    }

    /// <summary>Runs the network without copying inputs or outputs.</summary>
    /// <param name="inputs">One for each input, in order.</param>
    /// <returns>The wanted outputs, in the order asked for; to be disposed before the session.</returns>
    /// <exception cref="KernelException">A name, type or shape does not fit, or ONNX Runtime fails; with its text.</exception>
    public OrtOutputs RunInPlace(IReadOnlyList<TensorData> inputs, IReadOnlyList<string> outputNames)
    {
        _signature.Require(inputs);
#pragma warning disable CA2000 // The outputs own it.
        var given = new OrtInputValues(this, inputs);
#pragma warning restore CA2000
        try
        {
            return new OrtOutputs(this, _api, RunNamed(InputNames, given.Values, outputNames), given);
        }
        catch
        {
            given.Dispose();
            throw;
        }
    }

    /// <summary>Runs the network and returns the wanted outputs, copied, in the order asked for.</summary>
    /// <param name="inputs">One for each input, in order.</param>
    /// <exception cref="KernelException">A name, type or shape does not fit, or ONNX Runtime fails; with its text.</exception>
    public IReadOnlyList<OrtTensor> Run(IReadOnlyList<TensorData> inputs, IReadOnlyList<string> outputNames)
    {
        using var outputs = RunInPlace(inputs, outputNames);
        return outputs.Copies();
    }

    /// <summary>
    /// Runs the network on named inputs and returns the wanted outputs, copied, in the order asked for.
    /// </summary>
    /// <exception cref="KernelException">A name, type or shape does not fit, or ONNX Runtime fails; with its
    /// text.</exception>
    public IReadOnlyList<OrtTensor> Run(IReadOnlyList<OrtInput> inputs, IReadOnlyList<string> outputNames)
    {
        nint[] inputValues = new nint[inputs.Count];
        GCHandle[] pins = new GCHandle[inputs.Count];
        try
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                OrtTensor tensor = inputs[i].Tensor;
                pins[i] = GCHandle.Alloc(tensor.Data, GCHandleType.Pinned);
                nuint bytes = (nuint)tensor.Count * (nuint)OrtElement.Size(tensor.Type);
                inputValues[i] = NewValue((void*)pins[i].AddrOfPinnedObject(), bytes, (long[])tensor.Shape, tensor.Type);
            }

            nint[] values = RunNamed([.. inputs.Select(input => input.Name)], inputValues, outputNames);
            using var outputs = new OrtOutputs(this, _api, values, inputs: null);
            return outputs.Copies();
        }
        finally
        {
            Array.ForEach(inputValues, Release);
            foreach (GCHandle pin in pins)
            {
                if (pin.IsAllocated)
                {
                    pin.Free();
                }
            }
        }
    }

    /// <summary>Prepares repeated runs of a network of one float input and one float output on one shape, of zeros at first.</summary>
    /// <exception cref="KernelException">The network has another signature, or a first run fails.</exception>
    public OrtBinding Bind(long[] shape)
    {
        _signature.RequireSingleFloat();
        return Bind([TensorData.FromFloats(shape, new float[OrtShape.Count(shape)])]);
    }

    /// <summary>Prepares repeated runs on inputs that are copied, for all outputs.</summary>
    /// <param name="inputs">One for each input, in order.</param>
    /// <exception cref="KernelException">The network has another signature, or a first run fails.</exception>
    public OrtBinding Bind(IReadOnlyList<TensorData> inputs)
    {
        _signature.Require(inputs);
        return new OrtBinding(this, inputs, OutputsFor(inputs));
    }

    /// <summary>Prepares repeated runs on the provider's own device, to which the inputs are copied once, for all outputs.</summary>
    /// <param name="inputs">One for each input, in order.</param>
    /// <exception cref="KernelException">The network has another signature, or a first run fails.</exception>
    public OrtDeviceBinding BindToDevice(IReadOnlyList<TensorData> inputs)
    {
        _signature.Require(inputs);
        return new OrtDeviceBinding(this, _api, inputs, OutputsFor(inputs));
    }

    /// <summary>
    /// Ends the profile and returns its file; once per session, which must have been opened with
    /// <see cref="OrtSessionOptions.ProfilePrefix"/>.
    /// </summary>
    /// <exception cref="KernelException">The session is not profiled, or its profile was already ended.</exception>
    public string EndProfiling()
    {
        if (!_profiling)
        {
            throw new KernelException("The session has no profile under way: open it with a ProfilePrefix and end its profile once.");
        }

        _profiling = false;
        bool counted = false;
        try
        {
            _handle.DangerousAddRef(ref counted);
            byte* text;
            _api.Check(
                _api.SessionEndProfiling(_handle.DangerousGetHandle(), _ort.Allocator, &text), "ONNX Runtime cannot end the profile");
            string path = OrtRuntime.Text(text);
            _api.Check(_api.AllocatorFree(_ort.Allocator, text), "ONNX Runtime cannot end the profile");
            return path;
        }
        finally
        {
            Uncount(counted);
        }
    }

    /// <summary>Frees the session; runs under way end first.</summary>
    public void Dispose() => _handle.Dispose();

    internal nint NewValue(void* data, nuint bytes, long[] shape, ElementType type)
    {
        nint value;
        fixed (long* sizes = shape)
        {
            _api.Check(
                _api.CreateTensorWithDataAsOrtValue(_ort.CpuMemory, data, bytes, sizes, (nuint)shape.Length, (int)type, &value),
                "ONNX Runtime refuses a tensor");
        }

        return value;
    }

    internal void Release(nint value)
    {
        if (value != 0)
        {
            _api.ReleaseValue(value);
        }
    }

    /// <summary>Runs all inputs to the first outputs; an output of zero is allocated by ONNX Runtime.</summary>
    internal void RunBound(nint* inputs, nint* outputs, int outputCount)
    {
        fixed (nint* inputNames = _signature.NativeInputNames)
        fixed (nint* outputNames = _signature.NativeOutputNames)
        {
            RunNative((byte**)inputNames, inputs, InputNames.Count, (byte**)outputNames, outputCount, outputs);
        }
    }

    private static OrtSession Open(OrtInstance ort, OrtSessionOptions options, Func<OrtSessionOptionsBuilder, nint> create)
    {
        using OrtSessionOptionsBuilder builder = new(ort.Api, options);
        OrtSharedArena? arena = options.SharesArena ? ort.Arena : null;
        arena?.Join();
        nint session;
        try
        {
            session = create(builder);
        }
        catch
        {
            arena?.Leave();
            throw;
        }

        return new OrtSession(ort, session, options, arena);
    }

    internal nint NewBinding()
    {
        bool counted = false;
        try
        {
            _handle.DangerousAddRef(ref counted);
            nint binding;
            _api.Check(_api.CreateIoBinding(_handle.DangerousGetHandle(), &binding), "ONNX Runtime cannot bind a session");
            return binding;
        }
        finally
        {
            Uncount(counted);
        }
    }

    internal void RunBound(nint binding)
    {
        bool counted = false;
        try
        {
            _handle.DangerousAddRef(ref counted);
            _api.Check(_api.RunWithBinding(_handle.DangerousGetHandle(), 0, binding), "ONNX Runtime cannot run the network");
        }
        finally
        {
            Uncount(counted);
        }
    }

    private (ElementType Type, long[] Shape)[] OutputsFor(IReadOnlyList<TensorData> inputs) =>
        _signature.Outputs(inputs) ?? [.. Run(inputs, OutputNames).Select(output => (output.Type, output.Shape.ToArray()))];

    private static void RequireCount(string what, long[] shape, int given)
    {
        long count = OrtShape.Count(shape);
        if (count != given)
        {
            throw new KernelException(
                $"The network's {what} of shape {OrtShape.Text(shape)} has {count} elements, but {given} were given.");
        }
    }

    private void RunInto(IReadOnlyList<TensorData> inputs, nint[] values, Span<float> output)
    {
        long[]? shape = inputs.Count == 1 ? _signature.Output(0).Resolve(_signature.Input(0), inputs[0].Shape) : null;
        if (shape is not null)
        {
            RequireCount("output", shape, output.Length);
        }

        nint outputValue = 0;
        fixed (float* target = output)
        fixed (nint* given = values)
        {
            try
            {
                outputValue = shape is null ? 0 : NewValue(target, (nuint)output.Length * sizeof(float), shape, ElementType.Float);
                RunBound(given, &outputValue, 1);
                if (shape is null)
                {
                    OrtValueReader.CopyTo(_api, outputValue, output);
                }
            }
            finally
            {
                Release(outputValue);
            }
        }
    }

    private nint[] RunNamed(IReadOnlyList<string> inputNames, nint[] inputValues, IReadOnlyList<string> outputNames)
    {
        using NativeStrings texts = new();
        byte*[] given = new byte*[inputNames.Count];
        byte*[] wanted = new byte*[outputNames.Count];
        for (int i = 0; i < given.Length; i++)
        {
            given[i] = texts.Add(inputNames[i]);
        }

        for (int i = 0; i < wanted.Length; i++)
        {
            wanted[i] = texts.Add(outputNames[i]);
        }

        nint[] outputValues = new nint[wanted.Length];
        try
        {
            fixed (byte** givenPointer = given)
            fixed (byte** wantedPointer = wanted)
            fixed (nint* inputPointer = inputValues)
            fixed (nint* outputPointer = outputValues)
            {
                RunNative(givenPointer, inputPointer, inputValues.Length, wantedPointer, wanted.Length, outputPointer);
            }
        }
        catch
        {
            Array.ForEach(outputValues, Release);
            throw;
        }

        return outputValues;
    }

    private void RunNative(byte** inputNames, nint* inputs, int inputCount, byte** outputNames, int outputCount, nint* outputs)
    {
        bool counted = false;
        try
        {
            _handle.DangerousAddRef(ref counted);
            _api.Check(
                _api.Run(_handle.DangerousGetHandle(), 0, inputNames, inputs, (nuint)inputCount, outputNames, (nuint)outputCount, outputs),
                "ONNX Runtime cannot run the network");
        }
        finally
        {
            Uncount(counted);
        }

        GC.KeepAlive(this);
    }

    private void Uncount(bool counted)
    {
        if (counted)
        {
            _handle.DangerousRelease();
        }
    }
}
