namespace Cluster.Evaluation.Setup;

/// <summary>
/// Tries what people usually get wrong about images and labels, and says which of it explains a low accuracy of FP32: labels that are one
/// off, two classes exchanged, channels in another order, inverted pixels, another scale or mean and std of pictures and arrays, pictures
/// resized and cropped otherwise.
/// </summary>
internal static class UsualMistakes
{
    /// <summary>Samples tried if FP32's accuracy was not given with --expect.</summary>
    public const int UsualImages = 256;

    // Of the best of some twenty: 0.05 in all.
    private const double Significance = 0.002;
    private const double White = 255;
    private const double Half = 127.5;

    internal static readonly double[] ImageNetMean = [0.485, 0.456, 0.406];
    internal static readonly double[] ImageNetStd = [0.229, 0.224, 0.225];

    /// <summary>What is tried on such samples, for a sentence.</summary>
    public static string Names(ImageBatches evaluation) =>
        evaluation.Images is ImageSet
            ? "labels one off, two classes exchanged, channel order, inverted pixels, scale, mean and std, resize and crop"
        : UsualScales.Fit(evaluation) ? "labels one off, two classes exchanged, scale, mean and std"
        : "labels one off, two classes exchanged";

    /// <summary>What explains it, as a sentence, if it is significantly better than what was given; else null.</summary>
    /// <param name="target">Where FP32 runs.</param>
    /// <param name="float32">FP32, as it was given.</param>
    /// <param name="evaluation">Labelled samples.</param>
    /// <param name="classes">Classes of the network.</param>
    /// <param name="ranks">A sample is right if its label is among this many largest outputs.</param>
    /// <param name="most">The most samples to try it on.</param>
    /// <param name="isOnlyOrder">Whether only the order of channels is tried, which costs little accuracy of many networks.</param>
    public static string? Explain(
        ITarget target,
        ModelFile float32,
        ImageBatches evaluation,
        int classes,
        int ranks,
        int most = UsualImages,
        bool isOnlyOrder = false)
    {
        if (isOnlyOrder && evaluation is not { Images: ImageSet, Preprocess.Channels: > 1 })
        {
            return null;
        }

        var images = evaluation.Stratified(Math.Min(most, evaluation.Images.Count), seed: 1);
        int count = images.Images.Count;
        using var network = target.Open(float32, threads: 1, "FP32");
        BatchLogits.RunBatch run = new HalvedBatches(network).Run;
        float[] given = Logits(images);
        int[] labels = [.. Enumerable.Range(0, count).Select(images.Images.Label)];
        bool[] before = Right(given);
        var tried = new List<(bool[] Right, string What)>();
        if (!isOnlyOrder)
        {
            tried.Add((Right(given, label => (label - 1 + classes) % classes), "labels minus 1, as they begin at 0,"));
            tried.Add((Right(given, label => (label + 1) % classes), "labels plus 1"));
        }

        if (images is { Images: ImageSet pictures, Preprocess: { } preprocess })
        {
            tried.AddRange((isOnlyOrder ? [OtherOrder(preprocess)] : Variants(preprocess)).Select(variant => (
                Right(Logits(images with { Images = pictures.Map(variant.Pixels), Preprocess = variant.Preprocess })), variant.What)));
            var geometries = isOnlyOrder ? [] : UsualGeometries.Beside(preprocess.Geometry, pictures.Height, pictures.Width);
            foreach (var other in geometries)
            {
                if (pictures.Reread(other) is { } reread)
                {
                    tried.Add((Right(Logits(images with { Images = reread })), Named(preprocess, other)));
                }
            }
        }

        else
        {
            tried.AddRange(UsualScales.Of(images).Select(scale => (
                Right(Logits(images, (inputs, outputs) => run(scale.Scale(inputs), outputs))), scale.What)));
        }

        if (Exchanged(labels, Accuracy.Predictions(given, classes)) is (var first, var second))
        {
            tried.Add((
                Right(given, label => label == first ? second : label == second ? first : label),
                $"the labels of classes {evaluation.Names.Of(first)} and {evaluation.Names.Of(second)} exchanged"));
        }

        var (after, what) = tried.MaxBy(one => one.Right.Count(isRight => isRight));
        var counts = new PairedCounts(
            before.Zip(after).Count(pair => pair is (true, false)), before.Zip(after).Count(pair => pair is (false, true)), count);
        return counts.Drop >= 0 || counts.McNemarMidP > Significance ? null
            : $"with {what} FP32 is right on {100.0 * after.Count(isRight => isRight) / count:0.#} % of {count} of these images instead of "
            + $"{100.0 * before.Count(isRight => isRight) / count:0.#} %";

        float[] Logits(ImageBatches batches, BatchLogits.RunBatch? by = null) =>
            BatchLogits.Of(by ?? run, batches, classes, Environment.ProcessorCount, CancellationToken.None);

        bool[] Right(float[] outputs, Func<int, int>? relabel = null) =>
        [
            .. labels.Select((label, image) => Accuracy.IsAmong(
                outputs.AsSpan(image * classes, classes), relabel?.Invoke(label) ?? label, ranks)),
        ];
    }

    // The two classes for whose images FP32 gives the other's label; null where the best of so many pairs may be so by chance.
    private static (int One, int Other)? Exchanged(int[] labels, int[] answers)
    {
        var right = labels.Where((label, i) => label == answers[i]).CountBy(label => label).ToDictionary();
        var mistaken = labels.Zip(answers, (label, answer) => (One: Math.Min(label, answer), Other: Math.Max(label, answer)))
            .Where(pair => pair.One >= 0 && pair.One != pair.Other)
            .CountBy(pair => pair)
            .Select(pair => (pair.Key, Counts: new PairedCounts(
                right.GetValueOrDefault(pair.Key.One) + right.GetValueOrDefault(pair.Key.Other), pair.Value, labels.Length)))
            .ToArray();
        return mistaken.OrderBy(pair => pair.Counts.Drop).FirstOrDefault() is { Counts: { Drop: < 0 } counts } best
            && counts.McNemarMidP * mistaken.Length <= Significance
            ? best.Key
            : null;
    }

    private static IEnumerable<(Preprocess Preprocess, Func<byte[], byte[]> Pixels, string What)> Variants(Preprocess given)
    {
        if (given.Channels > 1)
        {
            yield return OtherOrder(given);
        }

        yield return (given, pixels => [.. pixels.Select(pixel => (byte)(White - pixel))], "inverted pixels");
        foreach (var (other, range) in Others(given))
        {
            if (other.Digest != given.Digest)
            {
                yield return (other, pixels => pixels, $"{range} as the network's input (--preprocess {OneLine(other)})");
            }
        }
    }

    private static IEnumerable<(Preprocess Preprocess, string Range)> Others(Preprocess given)
    {
        double[] zero = new double[given.Channels];
        double[] one = [.. zero.Select(_ => 1.0)];
        yield return (new Preprocess(given.Color, 1 / White, zero, one, given.Geometry, given.Layout), "values of 0 to 1");
        yield return (new Preprocess(given.Color, 1, zero, one, given.Geometry, given.Layout), "values of 0 to 255");
        yield return (new Preprocess(given.Color, 1 / Half, one, one, given.Geometry, given.Layout), "values of -1 to 1");
        if (given.Channels == ImageNetMean.Length)
        {
            yield return (
                new Preprocess(given.Color, 1 / White, ImageNetMean, ImageNetStd, given.Geometry, given.Layout), "ImageNet's mean and std");
        }
    }

    private static string Named(Preprocess given, PictureGeometry geometry)
    {
        string shape = geometry.Crop is { } crop ? $"resized to {geometry.Shorter} and cropped to {crop}" : $"resized to {geometry.Exact}";
        var other = new Preprocess(given.Color, given.Scale, given.Mean, given.Std, geometry, given.Layout);
        return $"pictures {shape}, {geometry.Filter.ToString().ToLowerInvariant()} (--preprocess {OneLine(other)}),";
    }

    private static (Preprocess Preprocess, Func<byte[], byte[]> Pixels, string What) OtherOrder(Preprocess given)
    {
        var (color, order) = given.Color == PixelColor.Bgr ? (PixelColor.Rgb, "red, green, blue") : (PixelColor.Bgr, "blue, green, red");
        var other = new Preprocess(color, given.Scale, given.Mean, given.Std, given.Geometry, given.Layout);
        return (other, pixels => pixels, $"the channels in the order {order} (--preprocess {OneLine(other)})");
    }

    private static string OneLine(Preprocess preprocess) =>
        string.Join(' ', preprocess.ToJson().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>How classifiers' pipelines usually bring pictures to the network's input.</summary>
internal static class UsualGeometries
{
    // Of the input in the resized shorter side: 224 of 256 (torchvision), of 248 and of 224 (timm's crop_pct).
    private static readonly double[] Crops = [0.875, 0.9, 1.0];

    /// <summary>The usual ones for pictures that are resized or cropped, without what is given.</summary>
    /// <param name="given">The user's; null: pictures have the input's size, and nothing tells what they were cut from.</param>
    /// <param name="height">Of the network's input, pixels.</param>
    /// <param name="width">Likewise.</param>
    public static IEnumerable<PictureGeometry> Beside(PictureGeometry? given, int height, int width) =>
        given is null ? [] : Enum.GetValues<ResizeFilter>().SelectMany(filter => Of(height, width, filter)).Where(one => one != given);

    private static IEnumerable<PictureGeometry> Of(int height, int width, ResizeFilter filter)
    {
        var input = new PictureSize(height, width);
        if (height == width)
        {
            foreach (double crop in Crops)
            {
                yield return new PictureGeometry((int)(width / crop), null, input, filter);
            }
        }

        yield return new PictureGeometry(null, input, null, filter);
    }
}
