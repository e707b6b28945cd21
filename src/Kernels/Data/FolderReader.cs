using System.Runtime.ExceptionServices;
using Cluster.DataSpecs;

namespace Cluster.Kernels.Data;

/// <summary>Decodes a folder's picture files, several at once.</summary>
internal static class FolderReader
{
    private const long MaximumFileBytes = 256 << 20;

    public static ImageSet Read(DataPart part, DataReadOptions options)
    {
        string source = part.ToString();
        var listing = FolderListing.OfSlice(part, options.CurrentDirectory, options.Access);
        var files = listing.Images;
        string Name(ListedImage image) => Path.GetRelativePath(listing.Folder, image.Path);
        ImageRef[] images = new ImageRef[files.Count];

        // The first file determines the size of all, and so the memory they need.
        (int width, int height, byte[] first) = Decode(files[0].Path, source, options);
        int channels = first.Length / (width * height);
        options.RequireRoom((long)first.Length * files.Count, source);
#pragma warning disable CA2000 // Its memory is freed when no image refers to it.
        images[0] = new ImageRef(options.Pixels.Keep(first), 0, LabelOf(files[0]), Name(files[0]));
#pragma warning restore CA2000
        try
        {
            ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.Workers };
            Parallel.For(1, files.Count, parallel, i =>
            {
                (int w, int h, byte[] pixels) = Decode(files[i].Path, source, options);
                if ((w, h) == (width, height) && pixels.Length != first.Length)
                {
                    throw new KernelException(
                        $"Of '{options.Access.Shown(files[i].Path)}' and '{options.Access.Shown(files[0].Path)}' one is grey and one has "
                        + $"colours; bring the images of '{source}' to one kind first, they are not converted here.");
                }

                images[i] = (w, h) == (width, height)
                    ? new ImageRef(options.Pixels.Keep(pixels), 0, LabelOf(files[i]), Name(files[i]))
                    : throw new KernelException(
                        $"The image '{options.Access.Shown(files[i].Path)}' is {w}x{h} but "
                        + $"'{options.Access.Shown(files[0].Path)}' is {width}x{height} (width x height); bring the images of "
                        + $"'{source}' to one size, or say in the preprocessing file to \"resize\" and \"crop\" them.");
            });
        }
        catch (AggregateException failures)
        {
            // Several files may fail concurrently in any order: always report the same one.
            ExceptionDispatchInfo.Throw(failures.InnerExceptions.OrderBy(failure => failure.Message, StringComparer.Ordinal).First());
        }

        return new ImageSet(source, channels, height, width, images);
    }

    private static int LabelOf(ListedImage image) => image.Label ?? ImageRef.Unlabelled;

    private static (int Width, int Height, byte[] Planar) Decode(string path, string source, DataReadOptions options)
    {
        (int width, int height, byte[] pixels) = options.Picture(
            DataFile.ReadAll(path, source, MaximumFileBytes, options.Access), options.Access.Shown(path));
        return (width, height, ToPlanar(pixels, width * height));
    }

    private static byte[] ToPlanar(byte[] interleaved, int area) // (H,W,C) -> (C,H,W)
    {
        int channels = interleaved.Length / area;
        if (channels == 1)
        {
            return interleaved;
        }

        byte[] planar = GC.AllocateUninitializedArray<byte>(interleaved.Length);
        for (int i = 0, j = 0; i < area; i++, j += channels)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                planar[(channel * area) + i] = interleaved[j + channel];
            }
        }

        return planar;
    }
}
