namespace Cluster.Networks.Runtimes;

/// <summary>Execution providers for GPUs: whether the library has them, and their options.</summary>
public static class OrtProviders
{
    private static readonly Dictionary<string, (string Listed, string Title, string File)> Gpu = new(StringComparer.Ordinal)
    {
        ["cuda"] = ("CUDAExecutionProvider", "CUDA", "libonnxruntime_providers_cuda.so"),
        ["tensorrt"] = ("TensorrtExecutionProvider", "TensorRT", "libonnxruntime_providers_tensorrt.so"),
    };

    /// <summary>
    /// What the library of this process lacks for a provider, and where to put it, in one sentence; null if it is complete. Only a session
    /// shows whether driver, GPU and NVIDIA's libraries are present.
    /// </summary>
    /// <param name="provider">"cpu", "cuda" or "tensorrt".</param>
    /// <exception cref="KernelException">The library does not load.</exception>
    public static string? Problem(string provider) =>
        provider == "cpu" ? null : Problem(provider, OrtRuntime.Version, OrtRuntime.NamedLibrary, OrtRuntime.Providers);

    /// <inheritdoc cref="Problem(string)"/>
    /// <param name="provider">"cuda" or "tensorrt".</param>
    /// <param name="version">The library's version.</param>
    /// <param name="path">The library's file; null for the package's.</param>
    /// <param name="listed">The providers that it lists.</param>
    internal static string? Problem(string provider, string version, string? path, IReadOnlyList<string> listed)
    {
        var (name, title, file) = Gpu[provider];

        // A provider's library is searched for next to the one that loads it.
        string? lack = !listed.Contains(name, StringComparer.Ordinal) ? $"was built without {title}"
            : Path.GetDirectoryName(path) is { Length: > 0 } folder && !File.Exists(Path.Combine(folder, file)) ? $"has no {file} beside it"
            : null;
        return lack is null
            ? null
            : $"ONNX Runtime {version} {(path is null ? "of the package" : $"at {path}")} {lack}: unpack "
                + $"onnxruntime-linux-x64-gpu-{version}.tgz of its releases anywhere, and set {OrtRuntime.LibraryVariable} to the folder "
                + "lib in it.";
    }

    /// <summary>The GPU providers of a session with their options, in order of preference; none for the processor.</summary>
    /// <exception cref="KernelException">The provider is not known.</exception>
    internal static IReadOnlyList<(string Provider, Dictionary<string, string> Values)> Of(OrtSessionOptions options)
    {
        Dictionary<string, string> WithDevice(IReadOnlyDictionary<string, string> values) => new(values, StringComparer.Ordinal)
        {
            ["device_id"] = options.DeviceId.ToString(CultureInfo.InvariantCulture),
        };

        return options.Provider switch
        {
            "cpu" => [],
            "cuda" => [("cuda", WithDevice(options.ProviderOptions))],
            "tensorrt" => [("tensorrt", WithDevice(options.ProviderOptions)), ("cuda", WithDevice(options.CudaOptions))],
            _ => throw new KernelException($"'{options.Provider}' is not a known execution provider: use cpu, cuda or tensorrt."),
        };
    }

    /// <summary>Adds the providers to a session's options; the processor's, which is always there, comes last.</summary>
    internal static void Append(SessionOptions session, OrtSessionOptions options)
    {
        foreach (var (provider, values) in Of(options))
        {
            try
            {
                if (provider == "cuda")
                {
                    using var cuda = new OrtCUDAProviderOptions();
                    cuda.UpdateOptions(values);
                    session.AppendExecutionProvider_CUDA(cuda);
                }
                else
                {
                    using var tensorRt = new OrtTensorRTProviderOptions();
                    tensorRt.UpdateOptions(values);
                    session.AppendExecutionProvider_Tensorrt(tensorRt);
                }
            }
            catch (OnnxRuntimeException refused)
            {
                throw OrtRuntime.Error($"ONNX Runtime {OrtRuntime.Version} cannot use {Gpu[provider].Title}", refused);
            }
        }
    }
}
