using Cluster.Data.Arrays;

namespace Cluster.Evaluation.Inputs;

/// <summary>The pixels that files of plans are to take instead of floats.</summary>
/// <param name="Preprocess">How the network's floats are made of them.</param>
/// <param name="HasAlpha">Whether they have a fourth channel, an alpha of 255.</param>
public sealed record AskedPixels(Preprocess Preprocess, bool HasAlpha)
{
    /// <summary>Those of a job; null: its files take floats.</summary>
    /// <exception cref="KernelException">There is no preprocessing; the message says what to write.</exception>
    public static AskedPixels? Of(JobInputs inputs, JobOptions options)
    {
        if (options.Channels is null)
        {
            return null;
        }

        var preprocess = InputPreprocess.Load(
            inputs.Model, inputs.Preprocess, GivenInputs.Of(options), inputs.Calibration?.Spec, inputs.Evaluation?.Spec, inputs.Test?.Spec);
        return new AskedPixels(preprocess!, options.Input == InputForm.Rgba);
    }

    /// <summary>Holds arrays against the preprocessing: pictures are made by it, arrays are given.</summary>
    /// <exception cref="KernelException">A number was made of no pixel.</exception>
    internal static void Require(PixelInput pixels, Preprocess preprocess, IEnumerable<ImageBatches?> data)
    {
        var feed = new PixelFeed(preprocess, pixels.Channels);
        foreach (var images in data.OfType<ImageBatches>().Where(images => images.Images is ArraySet))
        {
            for (int batch = 0; batch < images.Count; batch++)
            {
                try
                {
                    feed.Pixels(images.Inputs(batch)[0]);
                }
                catch (KernelException other)
                {
                    throw new KernelException(
                        $"'{images.Images.Name}' holds no pixels, which {JobLimits.Input.Name} asks for: {other.Message}", other);
                }
            }
        }
    }
}
