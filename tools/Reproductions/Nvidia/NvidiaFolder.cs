using Cluster.Glyphs;

namespace Cluster.Reproductions.Nvidia;

/// <summary>The files of the experiment, and its generated images.</summary>
/// <param name="Root">What is there is replaced.</param>
internal sealed record NvidiaFolder(string Root)
{
    /// <summary>The network with its branches, as it was trained.</summary>
    public string Trained => Path.Combine(Root, "repvgg.onnx");

    /// <summary>The same with one convolution a block.</summary>
    public string Deployed => Path.Combine(Root, "repvgg.deploy.onnx");

    public string Calibration => Spec(GlyphSet.Calibration);

    public string Evaluation => Spec(GlyphSet.Evaluation);

    public string Training => Spec(GlyphSet.Training);

    private string Images => Path.Combine(Root, "images");

    /// <summary>A quantized network.</summary>
    public string Quantized(string name) => Path.Combine(Root, $"{name}.onnx");

    /// <summary>What <c>--also-export tensorrt</c> writes beside it.</summary>
    public string TensorRt(string name, string ending) => Path.Combine(Root, $"{name}.tensorrt.{ending}");

    /// <summary>Writes the images.</summary>
    /// <param name="training">How many to train on.</param>
    public void WriteImages(long seed, int training)
    {
        GlyphSample.Write(Images, seed);
        GlyphFiles.Write(Images, new GlyphGenerator(seed), GlyphSet.Training, training);
    }

    private string Spec(GlyphSet set) => GlyphSample.Spec(Images, set).ToString();
}
