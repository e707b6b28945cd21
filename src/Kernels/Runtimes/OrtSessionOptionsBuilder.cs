namespace Cluster.Kernels.Runtimes;

/// <summary>
/// Native session options made from <see cref="OrtSessionOptions"/>, for the time of opening one session.
/// </summary>
internal sealed unsafe class OrtSessionOptionsBuilder : IDisposable
{
    private const int SequentialExecution = 0;
    private const string Failure = "ONNX Runtime refuses a session option";

    private readonly OrtApi _api;
    private nint _options;

    public OrtSessionOptionsBuilder(OrtApi api, OrtSessionOptions options)
    {
        if (options.Threads < 1)
        {
            throw new KernelException($"A session was asked to use {options.Threads} threads: use 1 or more.");
        }

        _api = api;
        nint handle;
        api.Check(api.CreateSessionOptions(&handle), Failure);
        _options = handle;
        try
        {
            Apply(options);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public nint Handle => _options;

    public void Dispose()
    {
        if (_options != 0)
        {
            _api.ReleaseSessionOptions(_options);
            _options = 0;
        }
    }

    private void Apply(OrtSessionOptions options)
    {
        _api.Check(_api.SetSessionExecutionMode(_options, SequentialExecution), Failure);
        _api.Check(_api.SetIntraOpNumThreads(_options, options.Threads), Failure);
        _api.Check(_api.SetInterOpNumThreads(_options, 1), Failure);
        _api.Check(_api.SetSessionGraphOptimizationLevel(_options, (int)options.Optimize), Failure);
        if (!options.MemoryArena)
        {
            _api.Check(_api.DisableCpuMemArena(_options), Failure);
        }

        if (options.SharesArena)
        {
            AddEntry("session.use_env_allocators", "1");
        }

        if (!options.MemoryPattern)
        {
            _api.Check(_api.DisableMemPattern(_options), Failure);
        }

        AddEntry("session.intra_op.allow_spinning", options.AllowSpinning ? "1" : "0");
        if (options.Affinity is not null)
        {
            AddEntry("session.intra_op_thread_affinities", options.Affinity);
        }

        foreach ((string key, string value) in options.ConfigEntries)
        {
            AddEntry(key, value);
        }

        using NativeStrings texts = new();
        if (options.OptimizedModelPath is not null)
        {
            _api.Check(_api.SetOptimizedModelFilePath(_options, texts.Add(options.OptimizedModelPath)), Failure);
        }

        if (options.ProfilePrefix is not null)
        {
            _api.Check(_api.EnableProfiling(_options, texts.Add(options.ProfilePrefix)), Failure);
        }

        OrtProviders.Append(_api, _options, options);
    }

    private void AddEntry(string key, string value)
    {
        using NativeStrings texts = new();
        _api.Check(_api.AddSessionConfigEntry(_options, texts.Add(key), texts.Add(value)), Failure);
    }
}
