namespace Cluster.Networks.Runtimes;

/// <summary>
/// A network opened in ONNX Runtime. Several threads may run it at once; each run uses the session's own pool of
/// <see cref="OrtSessionOptions.Threads"/>. Dispose frees the native session after the last run in progress.
/// </summary>
public sealed class OrtSession : IDisposable
{
    private const string RunFailure = "ONNX Runtime cannot run the network";

    private readonly Handle _handle;
    private readonly InferenceSession _session;
    private readonly ElementType[] _inputTypes;
    private readonly long[][]? _inputShapes; // null: any
    private readonly string? _output;
    private readonly PixelFeed? _pixels;
    private bool _profiling;

    private OrtSession(InferenceSession session, OrtSessionOptions options)
    {
        _session = session;
        _inputTypes = [.. session.InputNames.Select(name => TypeOf(session.InputMetadata[name]))];
        _inputShapes = options.KeepsShapes
            ? null
            : [.. session.InputNames.Select(name => Array.ConvertAll(session.InputMetadata[name].Dimensions, size => (long)size))
                .Select(shape => options.TakesOneSample && shape is [-1, .. var rest] ? [1, .. rest] : shape)];
        _output = ElementKinds.Judged(session.OutputNames, name => TypeOf(session.OutputMetadata[name])) is [var first, ..] ? first : null;
        _pixels = _inputTypes is [ElementType.UInt8] ? PixelFeed.Of(session.ModelMetadata.CustomMetadataMap) : null;
        _profiling = options.ProfilePrefix is not null;
        _handle = new Handle(session, options.SharesArena);
    }

    /// <summary>Names of the graph's inputs in order, without those that only override an initializer.</summary>
    public IReadOnlyList<string> InputNames => _session.InputNames;

    /// <summary>Names of the graph's outputs in order.</summary>
    public IReadOnlyList<string> OutputNames => _session.OutputNames;

    /// <summary>Opens a model; inputs and outputs that .NET has no type for are float32 (<see cref="FileEnds"/>).</summary>
    /// <exception cref="KernelException">ONNX Runtime does not load, refuses the model or an option; with its text.</exception>
    public static OrtSession Open(ModelFile model, OrtSessionOptions options) =>
        Open("the model", options, native =>
        {
            try
            {
                return OrtRuntime.Open(model, native);
            }
            catch (OnnxRuntimeException unknown) when (unknown.Message.Contains("Unregistered TensorElementType", StringComparison.Ordinal))
            {
                return OrtRuntime.Open(OnnxWriter.Write(FileEnds.Plain(OnnxReader.Read(model, "the model"))), native);
            }
        });

    /// <summary>Opens a model file.</summary>
    /// <exception cref="KernelException">ONNX Runtime does not load, refuses the model or an option; with its text.</exception>
    public static OrtSession Open(string path, OrtSessionOptions options) =>
        Open($"'{path}'", options, native => new InferenceSession(path, native));

    /// <summary>The output that accuracy is measured on, see <see cref="ElementKinds.Judged"/>.</summary>
    /// <exception cref="KernelException">The network has none.</exception>
    public string JudgedOutput() => _output ?? throw new KernelException(
        $"The network gives {string.Join(", ", OutputNames.Select(name => $"'{name}' of {TypeOf(_session.OutputMetadata[name])}"))}; one "
        + "output is to be a tensor of numbers here.");

    /// <summary>Runs a network and returns the output that it is judged by.</summary>
    /// <param name="inputs">One for each input, in order; they are not copied.</param>
    /// <param name="output">
    /// Float, row-major, filled entirely; its length is the number of the output's elements, unless what the inputs hold decides that: then
    /// zeros follow the output, or what is beyond is left out.
    /// </param>
    /// <exception cref="KernelException">The network has another signature, a length does not fit, or ONNX Runtime fails.</exception>
    public void Run(IReadOnlyList<TensorData> inputs, Span<float> output)
    {
        inputs = Pixels(inputs);
        string judged = JudgedOutput();
        bool isOpen = Array.Exists(_session.OutputMetadata[judged].Dimensions, size => size < 0);
        if (_inputShapes is not null && SampleTurns.Size(_inputShapes, inputs) is not null)
        {
            Fill(output, Run(inputs, [judged])[0].ToFloats(), isOpen);
            return;
        }

        using var outputs = RunInPlace(inputs, [judged]);
        Fill(output, outputs.Floats(0), isOpen && inputs is [{ Shape: [1, ..] }, ..] && CountsRows(_session.OutputMetadata[judged]));
    }

    // Of one sample: an open first size is that of the rows, unless an input begins with the same.
    private bool CountsRows(NodeMetadata output) => output.Dimensions is not [-1, ..]
        || !_session.InputNames.Any(name =>
            _session.InputMetadata[name] is { Dimensions: [-1, ..] } input && input.SymbolicDimensions[0] == output.SymbolicDimensions[0]);

    /// <summary>Copies an output. One whose rows a sample's content decides may have fewer or more than there is place for.</summary>
    internal static void Fill(Span<float> output, ReadOnlySpan<float> given, bool isCounted)
    {
        if (isCounted)
        {
            given = given[..Math.Min(given.Length, output.Length)];
            output[given.Length..].Clear();
            output = output[..given.Length];
        }

        if (given.Length != output.Length)
        {
            throw new KernelException($"The network's output has {given.Length} elements, but {output.Length} were given.");
        }

        given.CopyTo(output);
    }

    /// <summary>Runs the network and returns the wanted outputs, copied, in the order asked for.</summary>
    /// <param name="inputs">
    /// One for each input, in order, of any number of samples (<see cref="SampleTurns"/>); they are not copied.
    /// </param>
    /// <exception cref="KernelException">A name, type or shape does not fit, or ONNX Runtime fails; with its text.</exception>
    public IReadOnlyList<TensorData> Run(IReadOnlyList<TensorData> inputs, IReadOnlyList<string> outputNames)
    {
        inputs = Pixels(inputs);
        return _inputShapes is null ? Copied(inputs) : SampleTurns.Run(_inputShapes, inputs, Copied);

        IReadOnlyList<TensorData> Copied(IReadOnlyList<TensorData> turn)
        {
            using var outputs = RunInPlace(turn, outputNames);
            return outputs.Copies();
        }
    }

    /// <summary>Runs the network and returns every output with its name, copied, in their order; floats of any width as float32.</summary>
    /// <inheritdoc cref="Run(IReadOnlyList{TensorData}, IReadOnlyList{string})"/>
    public IReadOnlyList<(string Name, TensorData Value)> RunAll(IReadOnlyList<TensorData> inputs) =>
        [.. OutputNames.Zip(Run(inputs, OutputNames), (name, value) => (name, value.Widened()))];

    /// <summary>Runs the network once, without copying inputs or outputs.</summary>
    /// <param name="inputs">One for each input, in order.</param>
    /// <returns>The wanted outputs, in the order asked for; to be disposed before the session.</returns>
    /// <exception cref="KernelException">A name, type or shape does not fit, or ONNX Runtime fails; with its text.</exception>
    public OrtOutputs RunInPlace(IReadOnlyList<TensorData> inputs, IReadOnlyList<string> outputNames)
    {
        inputs = Taken(Pixels(inputs));
#pragma warning disable CA2000 // The outputs own it: an output may be an input itself.
        var given = new OrtInputs(_inputShapes is null ? inputs : [.. inputs.Zip(_inputShapes, SampleTurns.Whole)]);
#pragma warning restore CA2000
        try
        {
            using var use = _handle.Use();
            return new OrtOutputs(_session.Run(_handle.Plain, _session.InputNames, given.Values, outputNames), given);
        }
        catch (OnnxRuntimeException refused)
        {
            given.Dispose();
            throw OrtRuntime.Error(RunFailure, refused);
        }
        catch
        {
            given.Dispose();
            throw;
        }
    }

    /// <summary>Prepares repeated runs for all outputs on inputs that are copied to the provider's device.</summary>
    /// <param name="inputs">One for each input, in order.</param>
    /// <exception cref="KernelException">The network has another signature, or a first run fails.</exception>
    public OrtBinding Bind(IReadOnlyList<TensorData> inputs)
    {
        inputs = Taken(Pixels(inputs));
        IReadOnlyList<TensorData>[] turns = _inputShapes is null ? [inputs] : [.. SampleTurns.Turns(_inputShapes, inputs)];
        using var use = _handle.Use();
        return new OrtBinding(this, turns, _session.CreateIoBinding);
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
        using var use = _handle.Use();
        return _session.EndProfiling();
    }

    /// <summary>Frees the session after all runs in progress.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Whether the file's own shape of an output allows a shape; files that were altered by hand state others.</summary>
    internal bool States(string output, IReadOnlyList<long> shape) => _session.OutputMetadata[output].Dimensions is var stated
        && stated.Length == shape.Count && stated.Zip(shape).All(pair => pair.First < 0 || pair.First == pair.Second);

    /// <summary>Runs the bound inputs; allocates nothing.</summary>
    internal void Run(OrtIoBinding binding)
    {
        using var use = _handle.Use();
        try
        {
            _session.RunWithBinding(_handle.Plain, binding);
        }
        catch (OnnxRuntimeException refused)
        {
            throw OrtRuntime.Error(RunFailure, refused);
        }
    }

    private static OrtSession Open(string what, OrtSessionOptions options, Func<SessionOptions, InferenceSession> open)
    {
        _ = OrtRuntime.Instance;
        using var native = options.ToNative();
        if (options.SharesArena)
        {
            OrtSharedArena.Instance.Join();
        }

        try
        {
            return new OrtSession(open(native), options);
        }
        catch (Exception failure)
        {
            if (options.SharesArena)
            {
                OrtSharedArena.Instance.Leave();
            }

            throw failure is OnnxRuntimeException ? OrtRuntime.Error($"ONNX Runtime cannot open {what}", failure) : failure;
        }
    }

    private static ElementType TypeOf(NodeMetadata value) =>
        value.IsTensor ? (ElementType)value.ElementDataType : ElementType.Undefined;

    // Samples are floats; a file that takes pixels says how those were made of them.
    private IReadOnlyList<TensorData> Pixels(IReadOnlyList<TensorData> inputs) =>
        _pixels is not null && inputs is [{ Type: ElementType.Float } floats] ? [_pixels.Pixels(floats)] : inputs;

    // Floats in the width that the network takes.
    private IReadOnlyList<TensorData> Taken(IReadOnlyList<TensorData> inputs)
    {
        inputs = inputs.Count != _inputTypes.Length || inputs.Zip(_inputTypes).All(pair => pair.First.Type == pair.Second)
            ? inputs
            : [.. inputs.Zip(_inputTypes, (input, type) => input.Narrowed(type))];
        return inputs.Count == _inputTypes.Length && inputs.Zip(_inputTypes).All(pair => pair.First.Type == pair.Second)
            ? inputs
            : throw new KernelException(
                $"Inputs of {string.Join(", ", inputs.Select(input => input.Type))} were given; the network takes "
                + $"{string.Join(", ", InputNames.Zip(_inputTypes, (name, type) => $"'{name}' ({type})"))}.");
    }

    /// <summary>Counts the runs in progress, so that a session disposed of during a run is freed after it.</summary>
    private sealed class Handle : SafeHandle
    {
        private readonly InferenceSession _session;
        private readonly bool _sharesArena;

        public Handle(InferenceSession session, bool sharesArena)
            : base(0, ownsHandle: true)
        {
            (_session, _sharesArena) = (session, sharesArena);
            SetHandle(1);
        }

        public RunOptions Plain { get; } = new();

        public override bool IsInvalid => handle == 0;

        /// <exception cref="ObjectDisposedException">The session is closed.</exception>
        public Lease Use() => new(this);

        protected override bool ReleaseHandle()
        {
            _session.Dispose();
            Plain.Dispose();
            if (_sharesArena)
            {
                OrtSharedArena.Instance.Leave();
            }

            return true;
        }

        internal readonly ref struct Lease
        {
            private readonly Handle _used;

            public Lease(Handle used)
            {
                bool isCounted = false;
                used.DangerousAddRef(ref isCounted);
                _used = used;
            }

            public void Dispose() => _used.DangerousRelease();
        }
    }
}
