using Cluster.Kernels.Tensors;

namespace Cluster.Evaluation.Doctor;

/// <summary>libtorch, CUDA, and the JPEG decoder that library loads.</summary>
internal static class TorchProbes
{
    // An 8 x 8 picture of one colour.
    private const string Picture =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeX"
        + "BkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAI"
        + "AAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAABf/EAB"
        + "QRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AJAFmX//2Q==";

    public static IEnumerable<Finding> All()
    {
        string version = TorchSettings.Version;
        yield return Finding.Ok(
            "libtorch", $"{version}, {TorchSettings.Threads} thread(s) an operator, {LoadedLibraries.Find("libtorch_cpu") ?? "loaded"}");
        if (TorchLibrary.IsMended)
        {
            yield return Finding.Ok("libstdc++", "older than TorchSharp's: its library runs from a copy in memory that does without");
        }

        yield return TorchSettings.CudaDevices is > 0 and var devices
            ? Finding.Ok("CUDA", $"{devices} device(s) in libtorch; --device cuda can be used")
            : Finding.Ok("CUDA", "none in libtorch; everything runs on the processor");
    }

    public static IEnumerable<Finding> Jpeg()
    {
        var (width, height, _) = JpegDecoder.Decode(Convert.FromBase64String(Picture), "the doctor's test picture");
        string where = LoadedLibraries.Find("libturbojpeg") ?? "loaded";
        yield return (width, height) == (8, 8)
            ? Finding.Ok("libturbojpeg", where)
            : Finding.Fail(
                "libturbojpeg", $"{where} reads an 8 x 8 picture as {width} x {height}", "install the Debian package libturbojpeg0");
    }
}
