using System.Runtime.ExceptionServices;
using Cluster.DataSpecs;

namespace Cluster.Kernels.Data;

/// <summary>Decodes a folder's JPEG files, several at once.</summary>
internal static class FolderReader
{
    private const int Channels = 3;
    private const long MaximumFileBytes = 256 << 20;

    public static ImageSet Read(DataPart part, DataReadOptions options)
    {
        string source = part.ToString();
        List<ListedImage> files = FilesOf(part, source, options);
        ImageRef[] images = new ImageRef[files.Count];

        // The first file alone tells the size of all, and so what they will need.
        (int width, int height, byte[] first) = Decode(files[0].Path, source, options);
        options.RequireRoom((long)first.Length * files.Count, source);
        images[0] = new ImageRef(first, 0, LabelOf(files[0]));
        try
        {
            ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.Workers };
            Parallel.For(1, files.Count, parallel, i =>
            {
                (int w, int h, byte[] pixels) = Decode(files[i].Path, source, options);
                images[i] = (w, h) == (width, height)
                    ? new ImageRef(pixels, 0, LabelOf(files[i]))
                    : throw new KernelException(
                        $"The image '{options.Access.Shown(files[i].Path)}' is {w}x{h} but "
                        + $"'{options.Access.Shown(files[0].Path)}' is {width}x{height} (width x height); bring the images of "
                        + $"'{source}' to one size first, they are not resized here.");
            });
        }
        catch (AggregateException failures)
        {
            // Several files may fail at once in any order: the same one is reported each time.
            ExceptionDispatchInfo.Throw(failures.InnerExceptions.OrderBy(failure => failure.Message, StringComparer.Ordinal).First());
        }

        return new ImageSet(source, Channels, height, width, images);
    }

    private static List<ListedImage> FilesOf(DataPart part, string source, DataReadOptions options)
    {
        IReadOnlyList<ListedImage> all = FolderListing.Of(part, options.CurrentDirectory, options.Access).Images;
        (int start, int end) = part.Slice.Resolve(all.Count, source);
        return [.. all.Skip(start).Take(end - start)];
    }

    private static int LabelOf(ListedImage image) => image.Label ?? ImageRef.Unlabelled;

    private static (int Width, int Height, byte[] Planar) Decode(string path, string source, DataReadOptions options)
    {
        (int width, int height, byte[] rgb) = options.Decode(
            DataFile.ReadAll(path, source, MaximumFileBytes, options.Access), options.Access.Shown(path));
        return (width, height, ToPlanar(rgb, width * height));
    }

    private static byte[] ToPlanar(byte[] interleaved, int area) // (H,W,3) -> (3,H,W)
    {
        byte[] planar = GC.AllocateUninitializedArray<byte>(Channels * area);
        for (int i = 0, j = 0; i < area; i++, j += Channels)
        {
            planar[i] = interleaved[j];
            planar[area + i] = interleaved[j + 1];
            planar[(2 * area) + i] = interleaved[j + 2];
        }

        return planar;
    }
}
