namespace Cluster.Networks.Runtimes;

/// <summary>Options for opening a session. Nodes always run one after another (sequential execution, one inter-op thread).</summary>
public sealed record OrtSessionOptions
{
    /// <summary>Threads inside an operator, 1 or more. The calling thread is one of them, so 1 starts none.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// How far the graph is rewritten: from not at all, so that Q/DQ pairs stay around float kernels, to everything, where QDQ patterns
    /// become integer kernels and layouts are specific to this machine.
    /// </summary>
    public GraphOptimizationLevel Optimize { get; init; } = GraphOptimizationLevel.ORT_ENABLE_ALL;

    /// <summary>Whether inputs are run as they are given: no samples in turns, as for a part of a network.</summary>
    public bool KeepsShapes { get; init; }

    /// <summary>Whether a run takes one sample, though the file leaves the number of rows free: several are run one by one.</summary>
    public bool TakesOneSample { get; init; }

    /// <summary>File to write the rewritten graph to, for inspection; its layouts are specific to this machine.</summary>
    public string? OptimizedModelPath { get; init; }

    /// <summary>
    /// Prefix of the profile's file name. If set, every run is recorded until <see cref="OrtSession.EndProfiling"/>, which costs some time.
    /// </summary>
    public string? ProfilePrefix { get; init; }

    /// <summary>Idle threads of the pool spin rather than sleep: lower latency, a busy core.</summary>
    public bool AllowSpinning { get; init; } = true;

    /// <summary>
    /// Execution provider: "cpu", "cuda", or "tensorrt" (then CUDA runs what TensorRT does not take, and the CPU the rest).
    /// </summary>
    public string Provider { get; init; } = "cpu";

    /// <summary>Index of the GPU, counted from 0; ignored for "cpu".</summary>
    public int DeviceId { get; init; }

    /// <summary>
    /// Further options of the provider by key, as its documentation names them, e.g. "trt_int8_enable" → "1"; none for "cpu". CUDA's
    /// options in a TensorRT session are in <see cref="CudaOptions"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string> ProviderOptions { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Options of the CUDA provider behind TensorRT by key.</summary>
    public IReadOnlyDictionary<string, string> CudaOptions { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Further session configuration entries by key, e.g. "session.disable_prepacking" → "1".</summary>
    public IReadOnlyDictionary<string, string> ConfigEntries { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    internal bool SharesArena => Provider == "cpu";

    /// <summary>Native options, needed while one session is opened.</summary>
    /// <exception cref="KernelException">An option is refused.</exception>
    internal SessionOptions ToNative()
    {
        if (Threads < 1)
        {
            throw new KernelException($"A session was asked to use {Threads} threads: use 1 or more.");
        }

        var native = new SessionOptions();
        try
        {
            native.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
            native.IntraOpNumThreads = Threads;
            native.InterOpNumThreads = 1;
            native.GraphOptimizationLevel = Optimize;
            native.AddSessionConfigEntry("session.intra_op.allow_spinning", AllowSpinning ? "1" : "0");
            native.AddSessionConfigEntry("session.use_env_allocators", SharesArena ? "1" : "0");
            foreach ((string key, string value) in ConfigEntries)
            {
                native.AddSessionConfigEntry(key, value);
            }

            if (OptimizedModelPath is not null)
            {
                native.OptimizedModelFilePath = OptimizedModelPath;
            }

            if (ProfilePrefix is not null)
            {
                native.ProfileOutputPathPrefix = ProfilePrefix;
                native.EnableProfiling = true;
            }

            OrtProviders.Append(native, this);
            return native;
        }
        catch (OnnxRuntimeException refused)
        {
            native.Dispose();
            throw OrtRuntime.Error("ONNX Runtime refuses a session option", refused);
        }
        catch
        {
            native.Dispose();
            throw;
        }
    }
}
