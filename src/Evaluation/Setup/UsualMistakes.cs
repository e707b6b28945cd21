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
    internal const double Significance = 0.002;

    // Of what is better on the first samples, those that are tried on all.
    private const int Leaders = 3;

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

    /// <summary>What explains it, if it is significantly better than what was given; else null.</summary>
    /// <param name="target">Where FP32 runs.</param>
    /// <param name="float32">FP32, as it was given.</param>
    /// <param name="evaluation">Labelled samples.</param>
    /// <param name="classes">Classes of the network.</param>
    /// <param name="metric">Of right answers.</param>
    /// <param name="most">The most samples to try everything on; what leads there and can be proved is tried on all.</param>
    /// <param name="isOnlyOrder">Whether only the order of channels is tried, which costs little accuracy of many networks.</param>
    public static NamedMistake? Explain(
        ITarget target,
        ModelFile float32,
        ImageBatches evaluation,
        int classes,
        MetricKind metric,
        int most = UsualImages,
        bool isOnlyOrder = false)
    {
        if (isOnlyOrder && evaluation is not { Images: ImageSet, Preprocess.Channels: > 1 })
        {
            return null;
        }

        var part = evaluation.Stratified(Math.Min(most, evaluation.Images.Count), seed: 1);
        using var network = target.Open(float32, threads: 1, "FP32");
        var run = new HalvedBatches(network);
        var answers = new FloatAnswers(part, run.Run, classes, metric);
        var tried = Trials(part, answers, isOnlyOrder)
            .Select(trial => (Trial: trial, Found: answers.Beside(trial)))
            .OrderByDescending(one => one.Found.After)
            .ToArray();
        if (part.Images.Count < evaluation.Images.Count)
        {
            var all = new Lazy<FloatAnswers>(() => new FloatAnswers(evaluation, run.Run, classes, metric));
            var proved = tried
                .Where(one => one.Trial.Mend is not null && one.Found.After > one.Found.Before)
                .Take(Leaders)
                .Select(one => all.Value.Beside(one.Trial))
                .FirstOrDefault(found => found.IsProved);
            if (proved is not null)
            {
                return proved;
            }
        }

        return tried is [var best, ..] && best.Found.IsSignificant
            ? best.Found with { IsProved = best.Found.IsProved && part.Images.Count == evaluation.Images.Count }
            : null;
    }

    private static IEnumerable<Trial> Trials(ImageBatches part, FloatAnswers answers, bool isOnlyOrder)
    {
        if (!isOnlyOrder)
        {
            yield return new Trial("labels minus 1, as they begin at 0,", "subtract 1 from the labels")
            {
                Relabel = (label, classes) => (label - 1 + classes) % classes,
            };
            yield return new Trial("labels plus 1", "add 1 to the labels") { Relabel = (label, classes) => (label + 1) % classes };
        }

        if (part is { Images: ImageSet pictures, Preprocess: { } preprocess })
        {
            foreach (var trial in isOnlyOrder ? [OtherOrder(preprocess)] : Variants(preprocess))
            {
                yield return trial;
            }

            var geometries = isOnlyOrder ? [] : UsualGeometries.Beside(preprocess.Geometry, pictures.Height, pictures.Width);
            foreach (var other in geometries)
            {
                yield return new Trial(Named(preprocess, other), Mend: null)
                {
                    Images = batches => ((ImageSet)batches.Images).Reread(other) is { } reread ? batches with { Images = reread } : null,
                };
            }
        }
        else
        {
            foreach (var trial in UsualScales.Of(part))
            {
                yield return trial;
            }
        }

        // Which a network may do by itself.
        if (Exchanged(answers.Labels, answers.Predictions) is (var first, var second))
        {
            var names = part.Names;
            yield return new Trial($"the labels of classes {names.Of(first)} and {names.Of(second)} exchanged", Mend: null)
            {
                Relabel = (label, _) => label == first ? second : label == second ? first : label,
            };
        }
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

    private static IEnumerable<Trial> Variants(Preprocess given)
    {
        if (given.Channels > 1)
        {
            yield return OtherOrder(given);
        }

        yield return new Trial("inverted pixels", "invert the pixels")
        {
            Images = batches => batches with
            {
                Images = ((ImageSet)batches.Images).Map(pixels => [.. pixels.Select(pixel => (byte)(White - pixel))]),
            },
        };
        foreach (var (other, range) in Others(given))
        {
            if (other.Digest != given.Digest)
            {
                yield return Preprocessed(other, $"{range} as the network's input");
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

    private static Trial OtherOrder(Preprocess given)
    {
        var (color, order) = given.Color == PixelColor.Bgr ? (PixelColor.Rgb, "red, green, blue") : (PixelColor.Bgr, "blue, green, red");
        return Preprocessed(
            new Preprocess(color, given.Scale, given.Mean, given.Std, given.Geometry, given.Layout), $"the channels in the order {order}");
    }

    private static Trial Preprocessed(Preprocess other, string what) => new(
        $"{what} (--preprocess {OneLine(other)})", "give that --preprocess")
    {
        Images = batches => batches with { Preprocess = other },
    };

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
