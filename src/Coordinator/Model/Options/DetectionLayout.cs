namespace Cluster.Coordinator.Model.Options;

/// <summary>The layout of a detector's outputs (<c>docs/guide/data.md</c>).</summary>
public enum DetectionLayout
{
    /// <summary>YOLOv8 to v11: (N, 4 + classes, candidates), centre and size.</summary>
    YoloV8,

    /// <summary>The same with candidates before numbers.</summary>
    YoloV8Rows,

    /// <summary>YOLOv5 and v7: (N, candidates, 5 + classes) with objectness.</summary>
    YoloV5,

    /// <summary>YOLOX as it is exported, relative to its grid.</summary>
    YoloX,

    /// <summary>Corners and probabilities apart, of which the first class is background.</summary>
    Ssd,

    /// <summary>Logits and boxes apart, of which the last class is no object.</summary>
    Detr,

    /// <summary>Logits and boxes apart, each class with a sigmoid of its own.</summary>
    RtDetr,

    /// <summary>NMS inside: (N, detections, 6), corners, score, class.</summary>
    Rows,

    /// <summary>NMS inside: (N, 1, detections, 7), image, class, score, corners.</summary>
    OpenVino,

    /// <summary>NMS inside: boxes, labels from 1 and scores apart.</summary>
    Torchvision,

    /// <summary>The same of TensorFlow: top, left, bottom, right, and classes from 1.</summary>
    TensorFlow,

    /// <summary>The same of the EfficientNMS plugin: corners, and classes from 0.</summary>
    EfficientNms,
}
