/** Skills that people find without typing them whole; anybody may add others. */
export const taxonomy: readonly string[] = `
3D animation; 3D modelling; Accessibility; Adobe After Effects; Adobe Illustrator; Adobe InDesign; Adobe Photoshop; Adobe Premiere Pro
Academic writing; Accounting; Ableton Live; A/B testing; Android; Angular; Ansible; Apache Kafka; API design; Arabic translation; Architecture drawings; Art direction
Article writing; Audio editing; Audio mixing; AutoCAD; Automation; AWS; Azure; Bash; Blender; Blockchain; Blog writing; Bookkeeping; Book cover design; Brand identity; Brand strategy; Business analysis
Business plans; C; C#; C++; Canva; Character design; Chatbots; Chinese translation; CI/CD; Cinema 4D; Clojure; Cloud architecture; Coaching; Color grading; Community management; Computer vision
Concept art; Content strategy; Contract law; Conversion optimization; Copy editing; Copywriting; Creative writing; CRM; CSS; Customer support; Cybersecurity; Dart; Dashboards; Data analysis; Data engineering
Data entry; Data science; Data visualization; Database design; Deep learning; DevOps; Digital illustration; Digital marketing; Django; Docker; Drupal; Dutch translation; E-commerce; Elasticsearch; Elixir; E-mail marketing
Embedded systems; English proofreading; Excel; Express.js; Facebook ads; FastAPI; Fashion design; Figma; Financial modelling; Firebase; Flutter; French translation; Game design; Game development; GDPR
German translation; Ghostwriting; Git; Go; Google Ads; Google Analytics; Google Cloud; Grant writing; Graphic design; GraphQL; Growth marketing; Hardware design; Haskell; HTML; HubSpot; Icon design; Illustration
Industrial design; Influencer marketing; Infographics; Instagram marketing; Interior design; iOS; Italian translation; Japanese translation; Java; JavaScript; Jewellery design; Journalism; Kotlin; Kubernetes; Laravel
Lead generation; Linux; Localization; Logo design; Looker; Lua; Machine learning; Magento; Market research; Mathematics; MATLAB; Mechanical engineering; Microservices; Mobile app design; MongoDB; Motion graphics
Music composition; Music production; MySQL; Natural language processing; Network administration; Next.js; Node.js; NoSQL; Odoo; Online tutoring; Packaging design; Payroll; PCB design; Penetration testing; Perl; Photo editing; Photography; Photo retouching; PHP
Pinterest marketing; Pitch decks; Podcast editing; Portuguese translation; PostgreSQL; Power BI; PowerPoint; Presentation design; Product design; Product management; Project management; Proofreading; Prompt engineering; Public relations; Python; PyTorch
QA testing; QuickBooks; R; Rails; React; React Native; Recruiting; Redis; Resume writing; Revit; Ruby; Russian translation; Rust; Sales; Salesforce; Scala; Screenwriting; Scriptwriting; SEO; Shopify; SketchUp; Social media management; Solidity; Sound design; Spanish translation; Speech writing
Spring Boot; SQL; Squarespace; Statistics; Storyboarding; Subtitling; Svelte; Swift; Tableau; Tailwind CSS; Tax advice; Technical writing; TensorFlow; Terraform; TikTok marketing; Transcription; Translation; T-shirt design; TypeScript; Typography; UI design; Unity; Unreal Engine; UX design; UX research; UX writing
Vector illustration; Video editing; Video production; Virtual assistance; Voice over; Vue.js; Web design; Web scraping; Webflow; WebGL; Wireframing; Wix; WooCommerce; WordPress; Xero; YouTube marketing; Zapier
`
  .split(/[;\n]/)
  .map((name) => name.trim())
  .filter(Boolean)
