using System.Globalization;

namespace Cluster.Kernels.Runtimes;

/// <summary>Execution providers of GPUs: whether the library has them, and their options (V2 of the C API: keys and values).</summary>
public static unsafe class OrtProviders
{
    private static readonly Dictionary<string, (string Listed, string Title, string File)> Gpu = new(StringComparer.Ordinal)
    {
        ["cuda"] = ("CUDAExecutionProvider", "CUDA", "libonnxruntime_providers_cuda.so"),
        ["tensorrt"] = ("TensorrtExecutionProvider", "TensorRT", "libonnxruntime_providers_tensorrt.so"),
    };

    /// <summary>
    /// What the library of this process lacks for a provider, and where to put it, in one sentence; null where it has all that belongs to
    /// it. Whether driver, GPU and NVIDIA's libraries are there only a session shows.
    /// </summary>
    /// <param name="provider">"cpu", "cuda" or "tensorrt".</param>
    /// <exception cref="KernelException">The library was not found or is too old.</exception>
    public static string? Problem(string provider) =>
        provider == "cpu" ? null : Problem(provider, OrtRuntime.Version, OrtRuntime.LibraryPath, OrtRuntime.Providers);

    /// <inheritdoc cref="Problem(string)"/>
    /// <param name="provider">"cuda" or "tensorrt".</param>
    /// <param name="version">Of the library.</param>
    /// <param name="path">Its file, or a bare name where the system's loader found it.</param>
    /// <param name="listed">The providers that it lists.</param>
    internal static string? Problem(string provider, string version, string path, IReadOnlyList<string> listed)
    {
        var (name, title, file) = Gpu[provider];

        // A provider's library is looked for beside the one that loads it; where the system's loader found that, only the loader knows.
        string? lack = !listed.Contains(name, StringComparer.Ordinal) ? $"was built without {title}"
            : Path.GetDirectoryName(path) is { Length: > 0 } folder && !File.Exists(Path.Combine(folder, file)) ? $"has no {file} beside it"
            : null;
        return lack is null
            ? null
            : $"ONNX Runtime {version} at {path} {lack}: unpack onnxruntime-linux-x64-gpu-{version}.tgz of its releases anywhere, and set "
                + $"{OrtLibrary.PathVariable} to the folder lib in it.";
    }

    /// <summary>Gives a session's options its provider; a GPU's goes before the processor's, which is always there.</summary>
    internal static void Append(OrtApi api, nint session, OrtSessionOptions options)
    {
        switch (options.Provider)
        {
            case "cpu":
                break;
            case "cuda":
                AppendCuda(api, session, options.DeviceId, options.ProviderOptions);
                break;
            case "tensorrt":
                Append(
                    api,
                    session,
                    "TensorRT",
                    WithDevice(options.DeviceId, options.ProviderOptions),
                    api.CreateTensorRtOptions,
                    api.UpdateTensorRtOptions,
                    api.AppendTensorRt,
                    api.ReleaseTensorRtOptions);
                AppendCuda(api, session, options.DeviceId, options.CudaOptions);
                break;
            default:
                throw new KernelException($"'{options.Provider}' is not a known execution provider: use cpu, cuda or tensorrt.");
        }
    }

    private static void AppendCuda(OrtApi api, nint session, int device, IReadOnlyDictionary<string, string> values) => Append(
        api,
        session,
        "CUDA",
        WithDevice(device, values),
        api.CreateCudaOptions,
        api.UpdateCudaOptions,
        api.AppendCuda,
        api.ReleaseCudaOptions);

    private static KeyValuePair<string, string>[] WithDevice(int device, IReadOnlyDictionary<string, string> values) =>
        [new("device_id", device.ToString(CultureInfo.InvariantCulture)), .. values];

    private static void Append(
        OrtApi api,
        nint session,
        string name,
        KeyValuePair<string, string>[] values,
        delegate* unmanaged<nint*, nint> create,
        delegate* unmanaged<nint, byte**, byte**, nuint, nint> update,
        delegate* unmanaged<nint, nint, nint> append,
        delegate* unmanaged<nint, void> release)
    {
        string failure = $"ONNX Runtime {OrtRuntime.Version} cannot use {name}";
        nint provider;
        api.Check(create(&provider), failure);
        try
        {
            using NativeStrings texts = new();
            byte** keys = stackalloc byte*[values.Length];
            byte** texted = stackalloc byte*[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                keys[i] = texts.Add(values[i].Key);
                texted[i] = texts.Add(values[i].Value);
            }

            api.Check(update(provider, keys, texted, (nuint)values.Length), failure);
            api.Check(append(session, provider), failure);
        }
        finally
        {
            release(provider);
        }
    }
}
