namespace Cluster.Networks;

/// <summary>
/// ONNX Runtime in this process, started at first use, with logging and telemetry off. The library is the package's, or the one that
/// <see cref="Use"/> or <see cref="LibraryVariable"/> names.
/// </summary>
public static partial class OrtRuntime
{
    /// <summary>
    /// Environment variable with the path of another build of libonnxruntime.so, or of its folder, for example of the GPU build, which the
    /// package does not contain.
    /// </summary>
    public const string LibraryVariable = "CLUSTER_ONNXRUNTIME";

    /// <summary>The oldest library that the binding opens: it asks for the interface of this version.</summary>
    public const string LeastLibrary = "1.14";

    private static readonly Lazy<OrtEnv> Started = new(Start);

    private static string? _chosen;

    /// <summary>Version of the library, e.g. "1.31.1".</summary>
    /// <exception cref="KernelException">The library does not load.</exception>
    public static string Version => Instance.GetVersionString();

    /// <summary>
    /// Execution providers built into the library, e.g. "CPUExecutionProvider"; a GPU provider's libraries may still be missing.
    /// </summary>
    /// <exception cref="KernelException">The library does not load.</exception>
    public static IReadOnlyList<string> Providers => Instance.GetAvailableProviders();

    /// <summary>The library that is named, by <see cref="Use"/> or <see cref="LibraryVariable"/>; null if the package's is used.</summary>
    public static string? NamedLibrary
    {
        get
        {
            string? named = _chosen ?? Environment.GetEnvironmentVariable(LibraryVariable);
            return string.IsNullOrEmpty(named) ? null
                : !Directory.Exists(named) ? named
                : InFolder.Select(name => Path.Combine(named, name)).FirstOrDefault(File.Exists, Path.Combine(named, InFolder[0]));
        }
    }

    // Releases have both; npm's packages the second alone.
    private static string[] InFolder => ["libonnxruntime.so", "libonnxruntime.so.1"];

    internal static OrtEnv Instance => Started.Value;

    /// <summary>Chooses the library of this process instead of <see cref="LibraryVariable"/>.</summary>
    /// <param name="library">Its path, or its folder's.</param>
    /// <exception cref="KernelException">Another one runs here already.</exception>
    public static void Use(string library)
    {
        string? before = NamedLibrary;
        _chosen = Path.GetFullPath(library);
        if (Started.IsValueCreated && NamedLibrary != before)
        {
            _chosen = before;
            throw new KernelException($"ONNX Runtime {Version} runs in this process already: use '{library}' in a new one.");
        }
    }

    /// <summary>Converts a failure of ONNX Runtime to a one-line error of this program.</summary>
    /// <param name="failure">The beginning of the sentence, e.g. "ONNX Runtime cannot open the model".</param>
    internal static KernelException Error(string failure, Exception cause) =>
        new($"{failure}: {string.Join(' ', cause.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}", cause);

    /// <summary>Opens a session: from memory, or from the files of a network whose data are beside its message.</summary>
    internal static InferenceSession Open(ModelFile model, SessionOptions options)
    {
        if (!model.IsApart)
        {
            return new InferenceSession(model.Message, options);
        }

        using var place = model.OnDisk();
        return new InferenceSession(place.Path, options);
    }

    private static OrtEnv Start()
    {
        // Read once, when the library starts: it would otherwise keep an identifier of the machine and send events to its maker over HTTPS.
        Environment.SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1");
        if (!OperatingSystem.IsWindows())
        {
            _ = SetVariable("ORT_DISABLE_TELEMETRY", "1", overwrite: 1); // native code does not see .NET's own copy
        }

        try
        {
            if (NamedLibrary is not null)
            {
                nint library = NativeLibrary.Load(NamedLibrary);
                OrtEnv.DisableDllImportResolver = true;
                NativeLibrary.SetDllImportResolver(
                    typeof(OrtEnv).Assembly, (name, _, _) => name.Contains("onnxruntime", StringComparison.Ordinal) ? library : 0);
            }

            // Its output would mix with our standard error; failures come as exceptions.
            var quiet = new EnvironmentCreationOptions { logId = "cluster", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            var started = OrtEnv.CreateInstanceWithOptions(ref quiet);
            started.DisableTelemetryEvents();
            return started;
        }
        catch (Exception failure) when (failure is OnnxRuntimeException or DllNotFoundException or BadImageFormatException
            or EntryPointNotFoundException or TypeInitializationException or NullReferenceException)
        {
            throw Error(
                NamedLibrary is null
                    ? "ONNX Runtime's library does not load, which the build puts beside the program: build again"
                    : $"'{NamedLibrary}', named by --runtime or {LibraryVariable}, is not a library of ONNX Runtime {LeastLibrary} or "
                        + "newer: name one, or none",
                failure is TypeInitializationException { InnerException: { } inside } ? inside : failure);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
