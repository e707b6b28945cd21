using SkiaSharp;

namespace Cluster.Evaluation.Doctor;

/// <summary>Checks the library that decodes pictures.</summary>
internal static class PictureProbes
{
    public static IEnumerable<Finding> All() =>
        [Finding.Ok("Skia", $"{SkiaSharpVersion.Native}, {LoadedLibraries.Find("libSkiaSharp") ?? "loaded"}")];
}
