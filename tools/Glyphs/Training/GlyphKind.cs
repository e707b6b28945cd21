namespace Cluster.Glyphs.Training;

/// <summary>The networks that can be trained on generated samples.</summary>
public enum GlyphKind
{
    /// <summary>The demo's.</summary>
    MobileNet,

    /// <summary>A vision transformer.</summary>
    Vit,

    /// <summary>Blocks of parallel branches that are one convolution each when deployed.</summary>
    RepVgg,

    /// <summary>A transformer of sentences with their mask.</summary>
    Bert,

    /// <summary>Two LSTM layers over the same sentences.</summary>
    Lstm,

    /// <summary>A U-Net that finds the strokes in an image.</summary>
    UNet,

    /// <summary>A detector of letters in scenes.</summary>
    Detector,

    /// <summary>Units that let half of the channels pass, and mix them.</summary>
    ShuffleNet,

    /// <summary>Inverted residual blocks with HardSwish, squeeze and excitation.</summary>
    MobileNetV3,

    /// <summary>The same with SiLU.</summary>
    EfficientNet,
}
